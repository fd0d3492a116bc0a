/** How fast a backlog is settled, and how fast operations are claimed. */
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { countMoney } from "../server/commands/money/count-money.ts";
import { createDatabase } from "../server/database/connection/database.ts";
import { readRollupsDue } from "../server/database/queries/rollups-due.ts";
import { deriveChangedCustomers } from "../server/database/writes/customer-listings.ts";
import { claimDue } from "../server/database/writes/operation-claims.ts";
import { settlingConcurrency } from "../server/jobs/settling.ts";
import { type BenchEnvironment, connect } from "./environment/bench-environment.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { rawInserts } from "./environment/raw-inserts.ts";
import { operationIdOf, subscriptionIdOf } from "./environment/numbered-webhooks.ts";
import { minimum, withVerdict, type Measurement } from "./measurement.ts";

const marketplaceMs = 10;
/** The rate is measured over at most this time, even if the backlog is not empty by then. */
const maxDrainMs = { quick: 30_000, usual: 150_000, full: 900_000 };
const backlogs = { quick: 2_000, usual: 100_000, full: 600_000 };
/** Claims are measured on backlogs of several sizes: the cost of a claim must not grow with the backlog. */
const waiting = { quick: [2_000], usual: [2_000, 20_000, 100_000], full: [2_000, 20_000, 100_000] };
/** How many are claimed of each backlog, so that claims also run among rows that earlier claims have updated. */
const maxClaimed = 20_000;

export async function benchSettle(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const count of waiting[benchEnvironment.scale]) rows.push(await claimRate(benchEnvironment, count));
  return [...rows, ...(await drain(benchEnvironment, backlogs[benchEnvironment.scale]))];
}

/** Operations whose webhooks arrived while nothing could settle them; Microsoft has accepted them automatically since. */
const addBacklog = `
insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, quantity, answer_due_at,
  due_at, actor_kind, actor_name, created_at, updated_at)
select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, overlay($2::text placing lpad(n::text, 12, '0') from 25),
  overlay($3::text placing lpad(n::text, 12, '0') from 25),
  'ChangeQuantity', 'Azure', 'received', 'InProgress', 20, now() - interval '1 hour',
  now() - interval '1 hour' + n * interval '1 millisecond', 'marketplace', 'Microsoft', now() - interval '1 hour', now() - interval '1 hour'
from generate_series(1, $1::int) n`;

/** Our copies of the subscriptions of that backlog, equal to the fake Marketplace's subscriptions except for the seats. */
const addSubscriptions = `
insert into subscriptions (id, name, publisher_id, offer_id, plan_id, quantity, status,
  beneficiary_email, beneficiary_object_id, beneficiary_tenant_id, purchaser_email, purchaser_object_id, purchaser_tenant_id,
  term_unit, term_starts_at, term_ends_at, auto_renews, allowed_customer_operations, purchased_at,
  first_seen_by, created_at, updated_at, synced_at, status_since)
select id, 'Customer ' || n, 'contoso', 'insight', 'team', 500, 'Subscribed', mail, object, tenant, mail, object, tenant,
  'P1Y', '2026-01-10T00:00:00Z', '2027-01-09T00:00:00Z', true, '{Delete,Update,Read}', '2026-01-09T23:15:03.365Z',
  'webhook', now() - interval '1 day', now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'
from (select n, id, 'purchasing@customer-' || n || '.example' as mail, replace(id, '5ab5', '0b1e') as object, replace(id, '5ab5', '7e4a') as tenant
  from (select n, overlay($2::text placing lpad(n::text, 12, '0') from 25) as id from generate_series(1, $1::int) n) numbered) parties`;

async function drain(benchEnvironment: BenchEnvironment, backlog: number): Promise<Measurement[]> {
  const microsoft = await startMicrosoft({ delayMs: marketplaceMs, hasEnded: true });
  const database = await benchEnvironment.createDatabase();
  const client = await connect(database.url);
  await addSettlingBacklog(database.url, backlog);
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  try {
    const first = await settledSoFar(client, backlog);
    const before = await app.figures();
    const startedAt = performance.now();
    const deadline = startedAt + maxDrainMs[benchEnvironment.scale];
    let settled = first;
    while (settled < backlog && performance.now() < deadline) {
      await sleep(500);
      settled = await settledSoFar(client, backlog);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpuMs = (await app.figures()).cpuMs - before.cpuMs;
    const drained = settled - first;
    const { rows } = await client.query<{ count: number }>("select count(*)::int as count from activity");
    const name = `settling a backlog of ${backlog.toLocaleString("en-US")}, Marketplace in ${marketplaceMs} ms`;
    return [
      withVerdict(
        {
          name,
          value: drained / seconds,
          unit: "operations/s",
          note: `${drained.toLocaleString("en-US")} in ${Math.round(seconds)} s; two reads from Microsoft and ${((rows[0]?.count ?? 0) / settled).toFixed(1)} audit entries each`,
        },
        minimum(1_000),
      ),
      withVerdict({
        name: "processor time of a settled operation",
        value: (cpuMs * 1_000) / drained,
        unit: "µs",
        note: "of the instance; PostgreSQL and the fake Marketplace share its processors",
      }),
    ];
  } finally {
    await client.end();
    await app.kill();
    microsoft.stop();
    await database.drop();
  }
}

/** Operations to settle, with their subscriptions, whose money and customers are derived: the app derives only what settling changes. */
export async function addSettlingBacklog(databaseUrl: string, backlog: number): Promise<void> {
  const { db, close } = openDatabase(databaseUrl);
  await db.$client.query(addSubscriptions, [backlog, subscriptionIdOf(0)]);
  while ((await countMoney(db)) > 0);
  while ((await readRollupsDue(db)).customers) await deriveChangedCustomers(db, () => new Date());
  await db.$client.query(addBacklog, [backlog, operationIdOf(0), subscriptionIdOf(0)]);
  await db.$client.query("analyze operations, subscriptions");
  await close();
}

function openDatabase(url: string) {
  const log = pino({ level: "warn" });
  return createDatabase({ url, name: "bench", max: 1, statementTimeoutMs: 30_000, isByKey: true, log });
}

/** Counted from those that are left, which have an index: to count the settled ones took a sixth of the machine that is measured. */
export async function settledSoFar(client: Awaited<ReturnType<typeof connect>>, backlog: number): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    "select count(*)::int as open from operations where stage <> 'settled'",
  );
  return backlog - (rows[0]?.open ?? 0);
}

/** The claims that settling makes, of operations of as many subscriptions, against single-row inserts. */
async function claimRate(benchEnvironment: BenchEnvironment, count: number): Promise<Measurement> {
  const raw = await rawInserts(benchEnvironment, await benchEnvironment.createDatabase());
  const database = await benchEnvironment.createDatabase();
  const client = await connect(database.url);
  await client.query(addBacklog, [count, operationIdOf(0), subscriptionIdOf(0)]);
  await client.query("analyze operations");
  const { perSecond } = await raw.measure(8, benchEnvironment.scale === "quick" ? 1_000 : 5_000);
  const { db, close } = openDatabase(database.url);
  const target = Math.min(count, maxClaimed);
  let claimed = 0;
  const startedAt = performance.now();
  while (claimed < target) {
    const operations = await claimDue(db, { by: "bench", limit: settlingConcurrency / 4 });
    claimed += operations.length;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await close();
  await client.end();
  await database.drop();
  return withVerdict(
    {
      name: `operations claimed by one worker, ${settlingConcurrency / 4} at a time, of ${count.toLocaleString("en-US")} waiting`,
      value: claimed / seconds,
      unit: "operations/s",
      raw: perSecond,
      note: `raw: single-row inserts by ${raw.by}, 8 clients`,
    },
    minimum(1, "ratio"),
  );
}
