/** Metrics of metered usage: the backlog, its age, and differences from Microsoft. */
import type { Metric } from "prom-client";
import type { Database } from "../../database/connection/database.ts";
import { readUsageBacklog } from "../../database/queries/usage-backlog.ts";
import { databaseGauge } from "./database-gauge.ts";

export function usageMetrics(db: Database, now: () => Date): Metric[] {
  // The gauges of one scrape share one query.
  let reading: ReturnType<typeof readUsageBacklog> | null = null;
  const read = () => (reading ??= readUsageBacklog(db).finally(() => (reading = null)));
  const hours = databaseGauge(
    {
      name: "marketdesk_usage_hours",
      help: "Hours of usage that are not decided yet, by state: collecting, waiting to be sent, held, or rejected",
      labelNames: ["state"],
    },
    async () => {
      const { collecting, waiting, held, rejected } = await read();
      const counts = Object.entries({ collecting, waiting, held, rejected });
      return counts.map(([state, value]) => ({ labels: { state }, value }));
    },
  );
  const oldest = databaseGauge(
    {
      name: "marketdesk_usage_oldest_waiting_seconds",
      help: "Age of the oldest usage that waits to be sent, which Microsoft accepts for 86,400 seconds; 0: none waits",
    },
    async () => {
      const { oldestWaiting } = await read();
      return oldestWaiting === null ? 0 : Math.max(0, (now().getTime() - oldestWaiting.getTime()) / 1_000);
    },
  );
  const differences = databaseGauge(
    {
      name: "marketdesk_usage_differences",
      help: "Days of a subscription and dimension in which Microsoft's usage differs from the ledger, of the days that are compared",
    },
    async () => (await read()).differences,
  );
  return [hours, oldest, differences];
}
