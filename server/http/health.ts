/** Liveness, readiness and metrics of the instance. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { sql } from "drizzle-orm";
import { Hono } from "hono";
import type { Context } from "hono";
import ipaddr from "ipaddr.js";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { RefusalReason } from "../../shared/refusals.ts";
import type { Database } from "../database/connection/database.ts";
import { activeAlarms } from "../database/queries/alarms.ts";
import { countUnsettled } from "../database/queries/unsettled.ts";
import type { ClockReadings } from "../domain/alarm.ts";
import type { AccessProblem } from "../marketplace/access-watch.ts";
import type { Outage } from "../marketplace/breaker.ts";
import type { AttemptCount } from "../outbox/attempt-counts.ts";
import { databaseGauge } from "./metrics/database-gauge.ts";
import { outboxMetrics } from "./metrics/outbox-metrics.ts";
import { usageMetrics } from "./metrics/usage-metrics.ts";
import type { Readiness } from "./readiness.ts";

type HealthDeps = {
  db: Database;
  publicUrl: string;
  isProduction: boolean;
  /** Null without the setting. */
  metricsToken: string | null;
  isReady: () => boolean;
  readiness: Pick<Readiness, "problem">;
  outage: () => Outage;
  accessProblems: () => AccessProblem[];
  clock: () => ClockReadings;
  /** The clock in which the start of an outage or problem is stated. */
  now: () => Date;
  /** Microsoft's time; the real one if absent. */
  marketplaceNow?: () => Date;
  refusals?: (() => ReadonlyMap<RefusalReason, number>) | undefined;
  outbox: { attempts: () => AttemptCount[] };
};

/** @param deps.isReady false while starting and stopping, so that a load balancer sends no requests */
export function createHealthRoutes(deps: HealthDeps): Hono {
  const app = new Hono();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(openOperations(deps.db));
  registry.registerMetric(unsettledOperations(deps.db));
  registry.registerMetric(marketplaceAway(deps.outage, deps.now));
  registry.registerMetric(marketplaceRefused(deps.accessProblems, deps.now));
  registry.registerMetric(clockAhead(deps.clock));
  registry.registerMetric(alarmsOfAll(deps.db));
  registry.registerMetric(refusedRequests(deps.refusals));
  for (const metric of outboxMetrics(deps.db, deps.outbox.attempts)) registry.registerMetric(metric);
  for (const metric of usageMetrics(deps.db, deps.marketplaceNow ?? (() => new Date())))
    registry.registerMetric(metric);

  app.get("/healthz", (c) => c.text("alive"));
  app.get("/readyz", async (c) => {
    if (!deps.isReady()) return c.text("not ready: starting or stopping", 503);
    const problem = await deps.readiness.problem();
    if (problem !== null) return c.text(`not ready: ${problem}`, 503);
    // An outage does not make the instance unready: others would not reach Microsoft either, and webhooks are still accepted.
    const outage = deps.outage();
    return c.text(outage === null ? "ready" : `ready; ${outageInWords(outage)}`);
  });
  app.get("/metrics", async (c) => {
    if (!mayReadMetrics(c, deps)) return c.text("There is no page at this address.", 404);
    return c.text(await registry.metrics(), 200, { "Content-Type": registry.contentType });
  });
  return app;
}

function outageInWords({ since, nextTryInMs }: NonNullable<Outage>): string {
  const tried = `next attempt in ${Math.ceil(nextTryInMs / 1_000)} s`;
  return `Microsoft has not responded since ${since.toISOString().slice(0, 19)}Z; ${tried}`;
}

function marketplaceAway(outage: () => Outage, now: () => Date) {
  return new Gauge({
    name: "marketdesk_marketplace_away_seconds",
    help: "Seconds since Microsoft last answered this instance, while it is considered unreachable; 0: reachable",
    registers: [],
    collect() {
      const since = outage()?.since.getTime();
      this.set(since === undefined ? 0 : Math.max(0, (now().getTime() - since) / 1_000));
    },
  });
}

const problemKinds = ["token", "entra", "refused", "away"] as const;

function marketplaceRefused(problems: () => AccessProblem[], now: () => Date) {
  return new Gauge({
    name: "marketdesk_marketplace_problem_seconds",
    help: "Seconds for which Microsoft has not carried out this instance's calls; 0: no problem. token: Entra refuses a token; entra: Entra is unreachable; refused: the Marketplace returns 401 or 403; away: the Marketplace is unreachable",
    labelNames: ["kind"],
    registers: [],
    collect() {
      for (const kind of problemKinds) this.set({ kind }, 0);
      for (const { kind, since } of problems())
        this.set({ kind }, Math.max(1, Math.round((now().getTime() - since.getTime()) / 1_000)));
    },
  });
}

function refusedRequests(totals: HealthDeps["refusals"]) {
  return new Counter({
    name: "marketdesk_refused_requests_total",
    help: "Requests that this instance refused, by reason",
    labelNames: ["reason"],
    registers: [],
    collect() {
      this.reset();
      for (const [reason, count] of totals?.() ?? []) this.inc({ reason }, count);
    },
  });
}

function clockAhead(clock: () => ClockReadings) {
  return new Gauge({
    name: "marketdesk_clock_ahead_seconds",
    help: "Seconds by which this instance's clock is ahead of the database's and of Microsoft's; absent: unknown",
    labelNames: ["of"],
    registers: [],
    collect() {
      this.reset();
      for (const [of, aheadMs] of Object.entries(clock())) if (aheadMs !== null) this.set({ of }, aheadMs / 1_000);
    },
  });
}

function alarmsOfAll(db: Database) {
  const help = "Active alarms of all instances, by kind";
  return databaseGauge({ name: "marketdesk_alarms", help, labelNames: ["kind"] }, async () => {
    const byKind = Map.groupBy(await activeAlarms(db), ({ kind }) => kind);
    return [...byKind].map(([kind, alarms]) => ({ labels: { kind }, value: alarms.length }));
  });
}

/**
 * Metrics require the token. Without one, only a loopback connection to an installation that no one else can reach
 * may read them: behind a proxy, loopback proves nothing.
 */
function mayReadMetrics(c: Context, { metricsToken, publicUrl, isProduction }: HealthDeps): boolean {
  if (metricsToken !== null) return isSame(c.req.header("authorization") ?? "", `Bearer ${metricsToken}`);
  if (isProduction || !isLoopback(new URL(publicUrl).hostname)) return false;
  if (forwardedHeaders.some((name) => c.req.header(name) !== undefined)) return false;
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  return isLoopback(new URL(c.req.url).hostname) && isLoopback(incoming?.socket.remoteAddress ?? "");
}

const forwardedHeaders = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"];

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || (ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback");
}

/** In constant time, so that the duration does not reveal a partial match. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

function openOperations(db: Database) {
  const help = "Open operations, by whether they are stuck";
  return databaseGauge({ name: "marketdesk_open_operations", help, labelNames: ["stuck"] }, async () => {
    const counted = await db.execute<{ stuck: boolean; count: number }>(
      sql`select stuck_at is not null as stuck, count(*)::int as count from operations where stage <> 'settled' group by 1`,
    );
    return counted.rows.map(({ stuck, count }) => ({ labels: { stuck: String(stuck) }, value: count }));
  });
}

function unsettledOperations(db: Database) {
  const help = "Microsoft's operations that are still open 2 minutes after they arrived; any value above 0 is an alarm";
  return databaseGauge({ name: "marketdesk_unsettled_operations", help }, () => countUnsettled(db, new Date()));
}
