/** Ending operations together with what Microsoft says of their subscriptions, those of many runs in one statement. */
import { getTableColumns } from "drizzle-orm";
import type { ChangeView } from "../../shared/views/history.ts";
import { createBatcher, oncePerDatabase } from "./batch.ts";
import type { Database } from "./connection.ts";
import type { Operation } from "./operation-claims.ts";
import { operationChange, setPatch, type Standing, standing, stepColumns, type StepRow } from "./operation-progress.ts";
import { rawName, rawRowWriter, rawValues, rowReader } from "./raw-rows.ts";
import { activityColumns, type ActivityRow, announcement, changesChannel, heardBy } from "./record.ts";
import { subscriptions } from "./schema/subscriptions.ts";

export type SubscriptionRow = typeof subscriptions.$inferSelect;

export type Settlement = {
  from: Standing;
  subscriptionId: string;
  /** The version of our copy when Microsoft was asked; null when we had none. */
  seenVersion: number | null;
  /** Columns of our copy that change, or all of a new one. */
  subscription: Partial<SubscriptionRow>;
  isNews: boolean;
  patch: Partial<Operation>;
  steps: StepRow[];
  activity: (ActivityRow & { id: string })[];
};

const columns = Object.entries(getTableColumns(subscriptions))
  .filter(([key]) => key !== "searchText" && key !== "id")
  .map(([key, column]) => rawName(key, column));
const rawSubscription = rawRowWriter(subscriptions);
/** What staff and purchasers put there stays out of the hands of a settlement. */
const theirs = /^(hold_|contact_|person_erased_at$|owner_|tags$|follow_up_on$|first_seen_by$|created_at$)/;
const updated = columns.filter((column) => !theirs.test(column));
const inserted = [...updated, "first_seen_by", "created_at"];

/**
 * An operation ends, and its subscription changes, or neither: a version that has moved on since Microsoft was asked refuses
 * both, and so does another transaction that has the subscription in hand, which the others of the statement shall not wait for.
 * Rows are locked in the order of their keys, subscriptions first.
 */
const settle = `
with input as materialized (
  select * from jsonb_to_recordset($1::jsonb) as row(id uuid, from_stage operation_stage, claim text, due_seen timestamptz, patch jsonb,
    subscription_id text, seen_version int, subscription jsonb, wait_ms float8)
), held as materialized (
  select s.id, s.version from subscriptions s join input i on i.subscription_id = s.id order by s.id
  for update of s skip locked
), open as materialized (
  select o.id from operations o join input i on i.id = o.id
  where o.stage = i.from_stage and o.claimed_by is not distinct from i.claim
  order by o.id for update of o
), added as (
  insert into subscriptions (id, ${inserted.join(", ")})
  select i.subscription_id, ${inserted.map((column) => `r.${column}`).join(", ")}
  from input i join open using (id) cross join lateral jsonb_populate_record(null::subscriptions, i.subscription) r
  where i.seen_version is null and not exists (select from held where held.id = i.subscription_id)
  order by i.subscription_id
  on conflict (id) do nothing
  returning id
), ready as materialized (
  select i.* from input i join open using (id) left join held on held.id = i.subscription_id
  where held.version = i.seen_version or (i.seen_version is null and i.subscription_id in (select id from added))
), changed as (
  update subscriptions s set (${updated.join(", ")}) = (
    select ${updated.map((column) => `r.${column}`).join(", ")} from jsonb_populate_record(s, i.subscription) r)
  from ready i where s.id = i.subscription_id and i.seen_version is not null
), ended as (
  update operations o ${setPatch} from ready i where o.id = i.id
), stepped as (
  insert into operation_steps (${stepColumns})
  select ${stepColumns} from jsonb_populate_recordset(null::operation_steps, $2::jsonb) s where s.operation_id in (select id from ready)
), woken as (
  update operations o set due_at = now(), stuck_at = null from ready i
  where o.subscription_id = i.subscription_id and o.stage = 'requested' and o.sent_at is null and o.id <> i.id
), recorded as (
  insert into activity (${activityColumns})
  select ${activityColumns} from jsonb_populate_recordset(null::activity, $3::jsonb) a
  where a.operation_id in (select id from ready) order by a.subscription_id collate "C", a.id
  returning id
), heard as (
  insert into events (id) select id from recorded where id = any($5::uuid[])
), told as (
  select pg_notify('${changesChannel}', $4)
)
select ready.id from told left join ready on true`;

const settlerOf = oncePerDatabase((db) =>
  createBatcher<Settlement, boolean>({
    run: (settlements) => runSettlements(db, settlements),
    most: 64,
    atOnce: 2,
    keyOf: ({ subscriptionId }) => subscriptionId,
  }),
);

/** Settles. False when our copy or the operation has changed meanwhile, or is being changed, and nothing was written. */
export function writeSettlement(db: Database, settlement: Settlement): Promise<boolean> {
  return settlerOf(db)(settlement);
}

async function runSettlements(db: Database, settlements: Settlement[]): Promise<boolean[]> {
  const { rows } = await db.$client.query<{ id: string | null }>({
    name: "settle",
    text: settle,
    values: [
      JSON.stringify(
        settlements.map(({ from, patch, subscriptionId, seenVersion, subscription }) => ({
          ...standing(from),
          patch: rawValues(patch),
          subscription_id: subscriptionId,
          seen_version: seenVersion,
          subscription: rawSubscription(subscription),
        })),
      ),
      JSON.stringify(settlements.flatMap(({ steps }) => steps.map(rawValues))),
      JSON.stringify(settlements.flatMap(({ activity }) => activity.map(rawValues))),
      announcement(settlements.flatMap(changesOf)),
      heardBy(settlements.flatMap(({ activity }) => activity)),
    ],
  });
  const settled = new Set(rows.map(({ id }) => id));
  return settlements.map(({ from }) => settled.has(from.id));
}

function changesOf(settlement: Settlement): ChangeView[] {
  const { subscriptionId, isNews } = settlement;
  return [operationChange(settlement), ...(isNews ? [{ topic: "subscription" as const, subscriptionId }] : [])];
}

const readSubscriptionRow = rowReader(subscriptions);
const readerOf = oncePerDatabase((db) =>
  createBatcher<string, SubscriptionRow | null>({ run: (ids) => runRead(db, ids), most: 256, atOnce: 2 }),
);

/** Our copy of a subscription, those of many callers by one statement; null: we have none. */
export function readSubscription(db: Database, id: string): Promise<SubscriptionRow | null> {
  return readerOf(db)(id);
}

async function runRead(db: Database, ids: string[]): Promise<(SubscriptionRow | null)[]> {
  const { rows } = await db.$client.query<Record<string, unknown>>({
    name: "read-subscriptions",
    text: "select * from subscriptions where id = any($1::text[])",
    values: [ids],
  });
  const found = new Map(rows.map((row) => [row["id"], row]));
  return ids.map((id) => {
    const row = found.get(id);
    return row ? readSubscriptionRow(row) : null;
  });
}
