/** Metrics of messages: the backlog, its age, and the outcomes of attempts. */
import { Counter, type Metric } from "prom-client";
import type { Database } from "../../database/connection/database.ts";
import { readBacklog } from "../../database/queries/outbox.ts";
import type { AttemptCount } from "../../outbox/attempt-counts.ts";
import { databaseGauge } from "./database-gauge.ts";

export function outboxMetrics(db: Database, attempts: () => AttemptCount[]): Metric[] {
  // The gauges of one scrape share one query.
  let reading: ReturnType<typeof readBacklog> | null = null;
  const read = () => (reading ??= readBacklog(db).finally(() => (reading = null)));
  const oldest = databaseGauge(
    {
      name: "marketdesk_messages_oldest_waiting_seconds",
      help: "Age of the oldest message that is not delivered yet; 0: none waits",
    },
    async () => (await read()).oldestSeconds,
  );
  const waiting = databaseGauge(
    {
      name: "marketdesk_messages_waiting",
      help: "Messages that are not delivered yet, those of paused endpoints included",
    },
    async () => (await read()).waiting,
  );
  const counted = new Counter({
    name: "marketdesk_message_attempts_total",
    help: "Attempts of this instance to deliver a message, by kind of receiver and outcome",
    labelNames: ["receiver", "outcome"],
    registers: [],
    collect() {
      this.reset();
      for (const { kind, outcome, count } of attempts()) this.inc({ receiver: kind, outcome }, count);
    },
  });
  return [waiting, oldest, counted];
}
