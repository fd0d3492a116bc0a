/** Whether the instance lives, whether it can serve, and its figures. */
import { sql } from "drizzle-orm";
import { Hono } from "hono";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Database } from "../database/connection.ts";

/** @param deps.isReady false while starting and while stopping, so that a load balancer sends no more requests */
export function createHealthRoutes(deps: { db: Database; isReady: () => boolean }): Hono {
  const app = new Hono();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(openOperations(deps.db));

  app.get("/healthz", (c) => c.text("alive"));
  app.get("/readyz", async (c) => {
    if (!deps.isReady()) return c.text("not ready: starting or stopping", 503);
    const isReachable = await deps.db.execute(sql`select 1 from operations limit 1`).then(
      () => true,
      () => false,
    );
    return isReachable ? c.text("ready") : c.text("not ready: the database does not answer", 503);
  });
  app.get("/metrics", async (c) => c.text(await registry.metrics(), 200, { "Content-Type": registry.contentType }));
  return app;
}

function openOperations(db: Database) {
  return new Gauge({
    name: "marketdesk_open_operations",
    help: "Operations that are not settled, by whether they are stuck",
    labelNames: ["stuck"],
    registers: [],
    async collect() {
      const counted = await db.execute<{ stuck: boolean; count: number }>(
        sql`select stuck_at is not null as stuck, count(*)::int as count from operations where stage <> 'settled' group by 1`,
      );
      this.reset();
      for (const { stuck, count } of counted.rows) this.set({ stuck: String(stuck) }, count);
    },
  });
}
