/** How many events of usage are stored per second, in calls of 1,000, and how long a call takes. */
import { sql } from "drizzle-orm";
import pg from "pg";
import { makeApiKey } from "../server/commands/product/api-keys.ts";
import type { Database } from "../server/database/connection/database.ts";
import { maxUsageEvents } from "../shared/usage.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { openPool } from "./environment/dashboard-queries.ts";
import { type Load, loadFor, loadPaced, requestText } from "./environment/http-load.ts";
import { addMeteredSubscriptions, meteredPlan } from "./environment/metered-subscriptions.ts";
import { subscriptionIdOf } from "./environment/numbered-webhooks.ts";
import { median, percentile } from "./environment/percentiles.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { maximum, minimum, type Measurement, withVerdict } from "./measurement.ts";

const connections = 4;
const subscriptions = 1_000;
const targetPerSecond = 5_000;
const scales = {
  quick: { rounds: 2, ms: 2_000 },
  usual: { rounds: 4, ms: 5_000 },
  full: { rounds: 4, ms: 15_000 },
};

type Round = {
  raw: number;
  rawCallMs: number;
  perSecond: number;
  repeatedPerSecond: number;
  callsMs: number[];
  pacedMs: number[];
  cpuUs: number;
  repeatedCpuUs: number;
};

/** Alternates plain inserts of the same rows, new events, and the same events again. */
export async function benchUsageIntake(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const { rounds, ms } = scales[benchEnvironment.scale];
  const microsoft = await startMicrosoft();
  const database = await benchEnvironment.createDatabase();
  const db = openPool(database.url);
  await addMeteredSubscriptions(db, subscriptions);
  const raw = await rawInserts(database.url);
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  try {
    const actor = { kind: "system", name: "Bench" } as const;
    const { key } = await makeApiKey({ actor, db, now: () => new Date() }, { name: "Bench", scopes: ["usage"] });
    const calls = createCalls(`${app.url}/api/v1/usage`, key);
    const measured = async (load: () => Promise<Load>) => {
      const before = (await app.figures()).cpuMs;
      const done = accepted(await load());
      const events = done.sent * maxUsageEvents;
      const cpuUs = (((await app.figures()).cpuMs - before) * 1_000) / events;
      return { ...done, perSecond: events / done.seconds, cpuUs };
    };
    let sent = accepted(await loadFor(app.url, { connections, ms: ms / 2, next: calls.next })).sent;
    const done: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const inserts = await raw.measure(connections, ms);
      const alone = await raw.measure(1, ms / 2);
      const stored = await measured(() => loadFor(app.url, { connections, ms, next: calls.next }));
      const paced = accepted(
        await loadPaced(app.url, { perSecond: targetPerSecond / maxUsageEvents, ms, next: calls.next }),
      );
      const repeated = await measured(() => loadFor(app.url, { connections, ms, next: calls.repeat }));
      sent += stored.sent + paced.sent;
      done.push({
        raw: inserts.perSecond,
        rawCallMs: alone.callMs,
        perSecond: stored.perSecond,
        repeatedPerSecond: repeated.perSecond,
        callsMs: stored.latenciesMs,
        pacedMs: paced.latenciesMs,
        cpuUs: stored.cpuUs,
        repeatedCpuUs: repeated.cpuUs,
      });
      benchEnvironment.log(
        `usage ${round + 1}/${rounds}: raw ${Math.round(inserts.perSecond)}/s, events ${Math.round(stored.perSecond)}/s, repeated ${Math.round(repeated.perSecond)}/s`,
      );
    }
    await refuseUnlessStored(db, sent * maxUsageEvents);
    return rowsOf(done);
  } finally {
    await app.kill();
    microsoft.stop();
    await raw.close();
    await db.$client.end();
    await database.drop();
  }
}

/** Requests with 1,000 events each, of all subscriptions. */
function createCalls(url: string, key: string) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  /** Some of the latest, which were answered. */
  const latest: string[] = [];
  let [calls, repeats] = [0, 0];
  return {
    next(): string {
      const request = requestText("POST", url, headers, JSON.stringify({ events: eventsOf(calls) }));
      latest[calls % 16] = request;
      calls += 1;
      return request;
    },
    repeat(): string {
      repeats += 1;
      return latest[repeats % latest.length] ?? "";
    },
  };
}

function eventsOf(call: number): object[] {
  const time = new Date().toISOString();
  return Array.from({ length: maxUsageEvents }, (_, index) => {
    const number = call * maxUsageEvents + index;
    return {
      id: `bench-${number}`,
      subscriptionId: subscriptionIdOf(1 + ((number * 7_919) % subscriptions)),
      dimension: meteredPlan.dimensions[index % 2],
      quantity: "1.25",
      time,
    };
  });
}

function accepted(load: Load): Load {
  if (load.refused > 0) throw new Error(`${load.refused} of ${load.sent} calls were not answered with 200`);
  return load;
}

/** Also checks what the answers say: an event can be refused although the call is answered with 200. */
async function refuseUnlessStored(db: Database, expected: number): Promise<void> {
  const { rows } = await db.execute<{ events: number; quantity: number }>(sql`
    select (select count(*)::int from usage_events) as events,
      (select sum(quantity + late)::float8 from usage_slots) as quantity`);
  const [stored] = rows;
  if (stored?.events !== expected || stored.quantity !== expected * 1.25)
    throw new Error(`${expected} events were sent, but ${stored?.events} are stored, with ${stored?.quantity}`);
}

/** The same events into a table with the same indexes, 1,000 rows per statement: no checks, no answers, no slots. */
async function rawInserts(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query("create table bench_usage_events (like usage_events including all)");
  const text = `
    insert into bench_usage_events (id, event_id, subscription_id, plan_id, dimension, quantity, occurred_at, hour, received_at, is_lost,
      source, actor_kind, actor_name)
    select ('01900000-0000-7000-8000-' || lpad(to_hex($2::bigint + index), 12, '0'))::uuid, 'raw-' || ($2::bigint + index), "subscriptionId",
      '${meteredPlan.planId}', dimension, quantity, time, date_trunc('hour', time), now(), false, 'product', 'product', 'Bench'
    from jsonb_to_recordset($1::jsonb) as e("subscriptionId" text, dimension text, quantity numeric, time timestamptz, index int)
    on conflict (event_id) do nothing`;
  const events = JSON.stringify(eventsOf(0).map((event, index) => ({ ...event, index })));
  let inserted = 0;
  const one = async () => {
    const from = inserted;
    inserted += maxUsageEvents;
    await pool.query({ name: "insert", text, values: [events, from] });
  };
  return {
    async measure(clients: number, ms: number): Promise<{ perSecond: number; callMs: number }> {
      await Promise.all(Array.from({ length: clients }, one));
      const [before, startedAt] = [inserted, performance.now()];
      const loop = async () => {
        while (performance.now() - startedAt < ms) await one();
      };
      await Promise.all(Array.from({ length: clients }, loop));
      const seconds = (performance.now() - startedAt) / 1_000;
      const perSecond = (inserted - before) / seconds;
      return { perSecond, callMs: (clients * maxUsageEvents * 1_000) / perSecond };
    },
    close: () => pool.end(),
  };
}

function rowsOf(rounds: Round[]): Measurement[] {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const raw = of((round) => round.raw);
  const rawCallMs = of((round) => round.rawCallMs);
  const all = (pick: (round: Round) => number[]) => rounds.flatMap(pick);
  const callMs = (name: string, times: number[], share: number): Omit<Measurement, "target" | "isMet"> => ({
    name: `${name}: p${share * 100}`,
    value: percentile(times, share),
    unit: "ms",
    raw: rawCallMs,
    note: "raw: mean of a plain insert of 1,000 rows with one client",
  });
  const full = `a call with 1,000 events, ${connections} at the same time`;
  const paced = `a call with 1,000 events, ${targetPerSecond.toLocaleString("en-US")} events/s`;
  return [
    withVerdict(
      {
        name: `usage taken in, 1,000 events a call, ${connections} calls at the same time`,
        value: of((round) => round.perSecond),
        unit: "events/s",
        raw,
        ratio: of((round) => round.perSecond / round.raw),
        note: `raw: plain inserts of the same rows, 1,000 a statement, ${connections} clients`,
      },
      minimum(targetPerSecond),
    ),
    withVerdict({
      name: "the same events again",
      value: of((round) => round.repeatedPerSecond),
      unit: "events/s",
      raw,
      ratio: of((round) => round.repeatedPerSecond / round.raw),
    }),
    withVerdict(
      callMs(
        full,
        all((round) => round.callsMs),
        0.5,
      ),
    ),
    withVerdict(
      callMs(
        full,
        all((round) => round.callsMs),
        0.99,
      ),
    ),
    withVerdict(
      callMs(
        paced,
        all((round) => round.pacedMs),
        0.5,
      ),
    ),
    withVerdict(
      callMs(
        paced,
        all((round) => round.pacedMs),
        0.99,
      ),
      maximum(1_000),
    ),
    withVerdict({
      name: "processor time of an event",
      value: of((round) => round.cpuUs),
      unit: "µs",
      note: `of the instance; ${of((round) => round.repeatedCpuUs).toPrecision(2)} µs if it is repeated`,
    }),
  ];
}
