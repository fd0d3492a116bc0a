/** How fast a backlog of sealed usage is sent to Microsoft. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { usageSenders } from "../server/jobs/metering.ts";
import type { Database } from "../server/database/connection/database.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { openPool } from "./environment/dashboard-queries.ts";
import { loadFor, requestText } from "./environment/http-load.ts";
import { addMeteredSubscriptions, meteredPlan } from "./environment/metered-subscriptions.ts";
import { subscriptionIdOf } from "./environment/numbered-webhooks.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { type Microsoft, startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { maximum, type Measurement, withVerdict } from "./measurement.ts";

const marketplaceMs = 50;
const batchSize = 25;
const hours = 20;
const backlogs = { quick: 2_000, usual: 10_000, full: 100_000 };
const rawMs = { quick: 3_000, usual: 10_000, full: 20_000 };
/** Of the target, in which 100,000 hours of usage are sent. */
const targetCount = 100_000;
const targetMinutes = 10;

export async function benchUsageSending(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const backlog = backlogs[benchEnvironment.scale];
  const microsoft = await startMicrosoft({ delayMs: marketplaceMs });
  const database = await benchEnvironment.createDatabase();
  const db = openPool(database.url);
  await addMeteredSubscriptions(db, backlog / (hours * meteredPlan.dimensions.length));
  await addSealedUsage(db);
  const raw = await postedDirectly(microsoft, rawMs[benchEnvironment.scale]);
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  try {
    const first = await waitingUsage(db);
    const before = (await app.figures()).cpuMs;
    const startedAt = performance.now();
    let left = first;
    while (left > 0 && performance.now() - startedAt < targetMinutes * 60_000) {
      await sleep(100);
      left = await waitingUsage(db);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const sent = first - left;
    const cpuUs = (((await app.figures()).cpuMs - before) * 1_000) / sent;
    const perSecond = sent / seconds;
    const of = `${sent.toLocaleString("en-US")} in ${seconds.toFixed(1)} s`;
    return [
      withVerdict({
        name: `usage sent of a backlog of ${backlog.toLocaleString("en-US")} hours, Marketplace in ${marketplaceMs} ms`,
        value: perSecond,
        unit: "hours/s",
        raw,
        note: `${of}; raw: the same batches of ${batchSize} posted directly, ${usageSenders} at the same time`,
      }),
      withVerdict(
        {
          name: `time to send ${targetCount.toLocaleString("en-US")} hours of usage`,
          value: targetCount / perSecond / 60,
          unit: "minutes",
          raw: targetCount / raw / 60,
          note: sent >= targetCount ? "measured" : `derived from ${of}`,
        },
        maximum(targetMinutes),
      ),
      withVerdict({
        name: "processor time of an hour of usage that is sent",
        value: cpuUs,
        unit: "µs",
        note: "of the instance; PostgreSQL and the fake Marketplace share its processors",
      }),
    ];
  } finally {
    await app.kill();
    microsoft.stop();
    await db.$client.end();
    await database.drop();
  }
}

/** All hours of the last day apart from the oldest ones, as if nothing could be sent in them. */
async function addSealedUsage(db: Database): Promise<void> {
  await db.execute(sql`
    insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, effective_at, state, sealed_at, billable, due_at,
      term_starts_on)
    select gen_random_uuid(), s.id, dimension, hour, s.plan_id, 1.25, hour + interval '50 minutes', 'waiting', now(), 1.25, now(),
      s.term_starts_at::date
    from subscriptions s, unnest(${sql.param(meteredPlan.dimensions)}::text[]) dimension,
      generate_series(1, ${hours}::int) n, lateral (select date_trunc('hour', now()) - make_interval(hours => n) as hour) h`);
  await db.execute(sql`analyze usage_slots`);
}

async function waitingUsage(db: Database): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from usage_slots where state = 'waiting'`,
  );
  return rows[0]?.count ?? 0;
}

/** @returns items per second */
async function postedDirectly(microsoft: Microsoft, ms: number): Promise<number> {
  const api = microsoft.environmentFor("raw").MARKETPLACE_API_URL;
  const effectiveStartTime = new Date().toISOString();
  const items = Array.from({ length: batchSize }, (_, index) => ({
    resourceId: subscriptionIdOf(index),
    planId: meteredPlan.planId,
    dimension: meteredPlan.dimensions[0],
    quantity: 1.25,
    effectiveStartTime,
  }));
  const headers = { authorization: "Bearer raw", "content-type": "application/json", "x-ms-requestid": randomUUID() };
  const url = `${api}/batchUsageEvent?api-version=2018-08-31`;
  const request = requestText("POST", url, headers, JSON.stringify({ request: items }));
  const load = await loadFor(api, { connections: usageSenders, ms, next: () => request });
  if (load.refused > 0) throw new Error(`${load.refused} of ${load.sent} batches were not answered with 200`);
  return (load.sent * batchSize) / load.seconds;
}
