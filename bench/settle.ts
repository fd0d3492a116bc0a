/** How fast a backlog is worked off, and how fast operations are claimed. */
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { createDatabase } from "../server/database/connection.ts";
import { claimDue } from "../server/database/operation-claims.ts";
import { settlingConcurrency } from "../server/jobs/settling.ts";
import { type Bed, connect } from "./bed/bed.ts";
import { startInstance } from "./bed/instances.ts";
import { startMicrosoft } from "./bed/microsoft-process.ts";
import { rawInserts } from "./bed/raw-inserts.ts";
import { operationIdOf, subscriptionIdOf } from "./bed/webhooks.ts";
import { atLeast, judged, type Row } from "./row.ts";

const marketplaceMs = 10;
/** The rate is that of this time; a backlog that outlasts it is no reason to wait for its end. */
const longestDrainMs = { quick: 30_000, usual: 90_000, full: 600_000 };
const backlogs = { quick: 2_000, usual: 50_000, full: 600_000 };

export async function benchSettle(bed: Bed): Promise<Row[]> {
  const backlog = backlogs[bed.scale];
  return [await claimRate(bed, Math.min(backlog, 20_000)), await drain(bed, backlog)];
}

/** Operations whose webhooks came while nothing could settle them; Microsoft has accepted them by itself since. */
const addBacklog = `
insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, quantity, answer_due_at,
  due_at, actor_kind, actor_name, created_at, updated_at)
select gen_random_uuid(), overlay($2::text placing lpad(n::text, 12, '0') from 25), overlay($3::text placing lpad(n::text, 12, '0') from 25),
  'ChangeQuantity', 'Azure', 'received', 'InProgress', 20, now() - interval '1 hour',
  now() - interval '1 hour' + n * interval '1 millisecond', 'marketplace', 'Microsoft', now() - interval '1 hour', now() - interval '1 hour'
from generate_series(1, $1::int) n`;

/** Our copies of the subscriptions of that backlog: a settlement changes what is there, as nearly all of them do. */
const addSubscriptions = `
insert into subscriptions (id, name, offer_id, plan_id, quantity, status, first_seen_by, created_at, updated_at, synced_at, status_since)
select overlay($2::text placing lpad(n::text, 12, '0') from 25), 'Customer ' || n, 'insight', 'team', 5, 'Subscribed', 'webhook',
  now() - interval '1 day', now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'
from generate_series(1, $1::int) n`;

async function drain(bed: Bed, backlog: number): Promise<Row> {
  const microsoft = await startMicrosoft({ delayMs: marketplaceMs, hasEnded: true });
  const database = await bed.createDatabase();
  const client = await connect(database.url);
  await client.query(addSubscriptions, [backlog, subscriptionIdOf(0)]);
  await client.query(addBacklog, [backlog, operationIdOf(0), subscriptionIdOf(0)]);
  await client.query("analyze operations, subscriptions");
  const app = await startInstance({ bed, microsoft, databaseUrl: database.url });
  try {
    const first = await settledSoFar(client);
    const startedAt = performance.now();
    const deadline = startedAt + longestDrainMs[bed.scale];
    let settled = first;
    while (settled < backlog && performance.now() < deadline) {
      await sleep(500);
      settled = await settledSoFar(client);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    return judged(
      {
        name: `settling a backlog of ${backlog.toLocaleString("en-US")}, Marketplace in ${marketplaceMs} ms`,
        value: (settled - first) / seconds,
        unit: "operations/s",
        note:
          settled < backlog
            ? `in ${Math.round(seconds)} s; ${(backlog - settled).toLocaleString("en-US")} were left`
            : "two readings of Microsoft each",
      },
      atLeast(1_000),
    );
  } finally {
    await client.end();
    await app.kill();
    microsoft.stop();
    await database.drop();
  }
}

async function settledSoFar(client: Awaited<ReturnType<typeof connect>>): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from operations where stage = 'settled'",
  );
  return rows[0]?.count ?? 0;
}

/** The product's own claims, of operations of as many subscriptions, against single-row inserts. */
async function claimRate(bed: Bed, count: number): Promise<Row> {
  const raw = await rawInserts(bed, await bed.createDatabase());
  const database = await bed.createDatabase();
  const client = await connect(database.url);
  await client.query(addBacklog, [count, operationIdOf(0), subscriptionIdOf(0)]);
  await client.query("analyze operations");
  const { perSecond } = await raw.measure(8, bed.scale === "quick" ? 1_000 : 5_000);
  const log = pino({ level: "warn" });
  const options = { name: "bench", max: 1, statementTimeoutMs: 30_000, isPlannedAnew: true, log };
  const { db, close } = createDatabase({ url: database.url, ...options });
  let claimed = 0;
  const startedAt = performance.now();
  while (claimed < count) {
    const operations = await claimDue(db, { by: "bench", most: settlingConcurrency / 4 });
    claimed += operations.length;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await close();
  await client.end();
  await database.drop();
  return judged(
    {
      name: `operations claimed by one worker, ${settlingConcurrency / 4} at a time, of ${count.toLocaleString("en-US")}`,
      value: count / seconds,
      unit: "operations/s",
      raw: perSecond,
      note: `raw: single-row inserts by ${raw.by}, 8 clients`,
    },
    atLeast(1, "ratio"),
  );
}
