/**
 * The one place where operations end, with or without a change of their subscription. One statement ends the operations of many
 * runs.
 */
import { getTableColumns } from "drizzle-orm";
import type { ChangeView } from "../../../shared/views/history.ts";
import { factNames } from "../../domain/subscription.ts";
import { createBatcher } from "../statements/batch.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import type { Database } from "../connection/database.ts";
import { type Operation, rawOperation } from "./operation-claims.ts";
import {
  operationChange,
  setPatch,
  type ExpectedState,
  expectedState,
  stepColumns,
  type StepRow,
} from "./progress-writes.ts";
import { rawName, rawRowWriter, rawValues, rowReader } from "../statements/raw-rows.ts";
import { activityColumns, type ActivityRow, announcement, changesChannel, eventsFor } from "../record/record.ts";
import { subscriptions } from "../schema/subscriptions.ts";

export type SubscriptionRow = typeof subscriptions.$inferSelect;

export type Settlement = {
  from: ExpectedState;
  subscriptionId: string;
  /** The version of our copy when Microsoft was asked; null if we had none. */
  seenVersion: number | null;
  /** Columns of our copy that change, or all of a new one; null: only the operation ends. */
  subscription: Partial<SubscriptionRow> | null;
  isAnnounced: boolean;
  patch: Partial<Operation>;
  steps: StepRow[];
  activity: (ActivityRow & { id: string })[];
};

const rawSubscription = rawRowWriter(subscriptions);
/**
 * Columns written by a settlement. Staff, purchasers or the product write the others; those neither change the
 * version that a settlement checks nor are overwritten by it.
 */
const settledColumns = [
  ...factNames,
  "statusSince",
  "activatedAt",
  "version",
  "syncedAt",
  "updatedAt",
  "raw",
] as const satisfies readonly (keyof SubscriptionRow)[];
const subscriptionColumns = getTableColumns(subscriptions);
const updated = settledColumns.map((key) => rawName(key, subscriptionColumns[key]));
const inserted = [...updated, "first_seen_by", "created_at"];

/**
 * Ends an operation and applies what Microsoft reports about its subscription, or does neither. Refused when our copy has changed since
 * Microsoft was asked, and while another reader has reserved it. Rows are locked in the order of their keys, subscriptions first.
 *
 * Other operations of the subscription that waited for this one become due: changes of ours that wait for their turn, and
 * operations whose effect Microsoft's record does not show yet.
 *
 * @param lock `skip`: a locked subscription does not delay the others of the statement. `wait`: for one settlement alone, for at
 *   most `lockTimeoutMs`
 */
const settle = (lock: "skip" | "wait") => `
with input as materialized (
  select row.* from jsonb_to_recordset($1::jsonb) as row(id uuid, from_stage operation_stage, claim text, due_seen timestamptz, patch jsonb,
    subscription_id text, seen_version int, subscription jsonb, wait_ms float8)${
      lock === "wait" ? `, (select set_config('lock_timeout', '${lockTimeoutMs}', true)) as lock_timeout` : ""
    }
), current as materialized (
  select s.id, s.version, s.truth_reader_id, s.truth_reader_until from subscriptions s join input i on i.subscription_id = s.id
  where i.subscription is not null order by s.id for update of s${lock === "skip" ? " skip locked" : ""}
), open as materialized (
  select o.id from operations o join input i on i.id = o.id
  where o.stage = i.from_stage and o.claimed_by is not distinct from i.claim
  order by o.id for update of o
), added as (
  insert into subscriptions (id, ${inserted.join(", ")})
  select i.subscription_id, ${inserted.map((column) => `r.${column}`).join(", ")}
  from input i join open using (id) cross join lateral jsonb_populate_record(null::subscriptions, i.subscription) r
  where i.subscription is not null and i.seen_version is null and not exists (select from current where current.id = i.subscription_id)
  order by i.subscription_id
  on conflict (id) do nothing
  returning id
), ready as materialized (
  select i.* from input i join open using (id) left join current on current.id = i.subscription_id
  where i.subscription is null
    or (current.version = i.seen_version
      and (current.truth_reader_until is null or current.truth_reader_until < now() or current.truth_reader_id = i.id))
    or (i.seen_version is null and i.subscription_id in (select id from added))
), changed as (
  update subscriptions s set (${updated.join(", ")}) = (
    select ${updated.map((column) => `r.${column}`).join(", ")} from jsonb_populate_record(s, i.subscription) r)
  from ready i where s.id = i.subscription_id and i.subscription is not null and i.seen_version is not null
), ended as (
  update operations o ${setPatch} from ready i where o.id = i.id
), stepped as (
  insert into operation_steps (${stepColumns})
  select ${stepColumns} from jsonb_populate_recordset(null::operation_steps, $2::jsonb) s where s.operation_id in (select id from ready)
), woken as (
  update operations o set due_at = now(), stuck_at = null from ready i
  where o.subscription_id = i.subscription_id and o.stage <> 'settled' and o.id <> i.id
    and ((o.stage = 'requested' and o.sent_at is null) or (o.effect_awaited_since is not null and o.claimed_by is null))
), recorded as (
  insert into activity (${activityColumns})
  select ${activityColumns} from jsonb_populate_recordset(null::activity, $3::jsonb) a
  where a.operation_id in (select id from ready) order by a.subscription_id collate "C", a.id
  returning id
), queued as (
  insert into events (id) select id from recorded where id = any($5::uuid[])
), notified as (
  select pg_notify('${changesChannel}', $4)
)
select i.id, case
    when i.id in (select id from ready) then 'settled'
    when i.id not in (select id from open) then 'lost-race'
    when i.seen_version is not null and i.subscription_id not in (select id from current) then 'locked'
    else 'moved' end as result
from notified left join input i on true`;

/** How long a settlement waits for its subscription's lock. */
const lockTimeoutMs = 2_000;

/**
 * `lost-race`: another run or staff have changed the operation. `moved`: our copy has changed since
 * Microsoft was asked, or another reader has reserved it. `locked`: another transaction holds it. Nothing was
 * written in these cases.
 */
export type SettlementResult = "settled" | "lost-race" | "moved" | "locked";

const settlerOf = oncePerDatabase((db) =>
  createBatcher<Settlement, SettlementResult>({
    run: (settlements) => runSettlements(db, settlements, "skip"),
    batchSize: 64,
    concurrency: 2,
    keyOf: ({ subscriptionId }) => subscriptionId,
  }),
);

/** Settles; waits for a locked subscription in a separate statement. */
export async function writeSettlement(db: Database, settlement: Settlement): Promise<SettlementResult> {
  const result = await settlerOf(db)(settlement);
  if (result !== "locked") return result;
  try {
    const [alone = "locked"] = await runSettlements(db, [settlement], "wait");
    // The row is no longer locked and still not found: it was deleted.
    return alone === "locked" ? "moved" : alone;
  } catch (error) {
    if ((error as { code?: unknown }).code === lockNotAvailable) return "locked";
    throw error;
  }
}

/** PostgreSQL's code for a lock that was not acquired within `lock_timeout`. */
const lockNotAvailable = "55P03";

const texts = { skip: settle("skip"), wait: settle("wait") };

async function runSettlements(
  db: Database,
  settlements: Settlement[],
  lock: "skip" | "wait",
): Promise<SettlementResult[]> {
  const { rows } = await db.$client.query<{ id: string; result: SettlementResult }>({
    name: `settle-${lock}`,
    text: texts[lock],
    values: [
      JSON.stringify(
        settlements.map(({ from, patch, subscriptionId, seenVersion, subscription }) => ({
          ...expectedState(from),
          patch: rawOperation(patch),
          subscription_id: subscriptionId,
          seen_version: seenVersion,
          subscription: subscription && rawSubscription(subscription),
        })),
      ),
      JSON.stringify(settlements.flatMap(({ steps }) => steps.map(rawValues))),
      JSON.stringify(settlements.flatMap(({ activity }) => activity.map(rawValues))),
      announcement(settlements.flatMap(changesOf)),
      eventsFor(settlements.flatMap(({ activity }) => activity)),
    ],
  });
  const results = new Map(rows.map(({ id, result }) => [id, result]));
  return settlements.map(({ from }) => results.get(from.id) ?? "lost-race");
}

function changesOf(settlement: Settlement): ChangeView[] {
  const { subscriptionId, isAnnounced } = settlement;
  return [operationChange(settlement), ...(isAnnounced ? [{ topic: "subscription" as const, subscriptionId }] : [])];
}

const readSubscriptionRow = rowReader(subscriptions);
const readerOf = oncePerDatabase((db) =>
  createBatcher<string, SubscriptionRow | null>({ run: (ids) => runRead(db, ids), batchSize: 256, concurrency: 2 }),
);

/** Our copy of a subscription, batched for many callers; null if we have none. */
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
