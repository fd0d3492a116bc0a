/** Stores reported usage: the events, and what they add to their slots, in one statement. */
import type { UsageSource } from "../../../shared/usage.ts";
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { isDeadlock } from "../statements/database-errors.ts";

const maxTries = 3;

export type UsageEventRow = {
  id: string;
  eventId: string;
  subscriptionId: string;
  planId: string;
  dimension: string;
  /** Decimal digits. */
  quantity: string;
  occurredAt: Date;
  hour: Date;
  sealAt: Date;
  isLost: boolean;
  /** The hour is part of the free trial then, also if that ends in the hour, or before it is sealed. */
  isTrial: boolean;
};

export type UsageOrigin = {
  source: UsageSource;
  reason: string | null;
  actorKind: string;
  actorId: string | null;
  actorName: string;
};

/**
 * An event id that exists adds nothing. A slot that is sealed, or collects for another plan, keeps the quantity as
 * late, in the same statement: so sealing never misses an event. A trial's usage is lost if its hour was sealed as
 * paid. Rows are written in key order, events before slots, so that two reports cannot deadlock.
 */
const store = `
with given as materialized (
  select * from jsonb_to_recordset($1::jsonb) as e("id" uuid, "eventId" text, "subscriptionId" text, "planId" text, "dimension" text,
    "quantity" numeric, "occurredAt" timestamptz, "hour" timestamptz, "sealAt" timestamptz, "isLost" boolean, "isTrial" boolean)
), added as materialized (
  insert into usage_events (id, event_id, subscription_id, plan_id, dimension, quantity, occurred_at, hour, received_at, is_lost,
    source, reason, actor_kind, actor_id, actor_name)
  select "id", "eventId", "subscriptionId", "planId", "dimension", "quantity", "occurredAt", "hour", $2::timestamptz, "isLost",
    $3, $4, $5::actor_kind, $6, $7
  from given order by "eventId"
  on conflict (event_id) do nothing
  returning event_id
), sums as (
  select "subscriptionId", "dimension", "hour", "planId", coalesce(sum("quantity") filter (where not "isLost"), 0) as quantity,
    coalesce(sum("quantity") filter (where "isLost"), 0) as lost, max("occurredAt") as effective_at, min("sealAt") as seal_at,
    bool_or("isTrial") as is_trial
  from given where "eventId" in (select event_id from added)
  group by 1, 2, 3, 4
), slots as (
  insert into usage_slots as s (id, subscription_id, dimension, hour, plan_id, quantity, lost, effective_at, state, seal_at, sealed_at,
    billable, ended_at, is_trial)
  select gen_random_uuid(), "subscriptionId", "dimension", "hour", "planId", quantity, lost, effective_at,
    case when quantity > 0 then 'collecting' else 'lost' end, case when quantity > 0 then seal_at end,
    case when quantity > 0 then null else $2::timestamptz end, case when quantity > 0 then null else 0 end,
    case when quantity > 0 then null else $2::timestamptz end, is_trial
  from sums order by "subscriptionId", "dimension", "hour"
  on conflict (subscription_id, dimension, hour) do update set
    quantity = s.quantity + case when s.state = 'collecting' and s.plan_id = excluded.plan_id then excluded.quantity else 0 end,
    late = s.late + case when s.state = 'collecting' and s.plan_id = excluded.plan_id or excluded.is_trial and not s.is_trial
      then 0 else excluded.quantity end,
    late_other = case when s.plan_id <> excluded.plan_id and excluded.quantity > 0 and not (excluded.is_trial and not s.is_trial)
      then jsonb_set(coalesce(s.late_other, '{}'), array[excluded.plan_id],
        to_jsonb((coalesce(s.late_other ->> excluded.plan_id, '0')::numeric + excluded.quantity)::text)) else s.late_other end,
    lost = s.lost + excluded.lost + case when (s.state <> 'collecting' or s.plan_id <> excluded.plan_id) and excluded.is_trial
      and not s.is_trial then excluded.quantity else 0 end,
    is_trial = s.is_trial or excluded.is_trial and s.state = 'collecting' and s.plan_id = excluded.plan_id,
    effective_at = case when s.state = 'collecting' and s.plan_id = excluded.plan_id and excluded.quantity > 0
      then greatest(s.effective_at, excluded.effective_at) else s.effective_at end
)
select event_id from added`;

/**
 * @param rows at most one plan per subscription, dimension and hour
 * @returns the event ids that are new; the others existed
 */
export async function storeUsage(
  db: Database,
  rows: UsageEventRow[],
  origin: UsageOrigin,
  receivedAt: Date,
): Promise<Set<string>> {
  const values = valuesOf(rows, origin, receivedAt);
  return retryDeadlocks(async () => {
    const stored = await db.$client.query<{ event_id: string }>({ name: "store-usage", text: store, values });
    return new Set(stored.rows.map((row) => row.event_id));
  });
}

/** Sealing and sending lock the same slots in an order of their own. */
export async function retryDeadlocks<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isDeadlock(error) || tries === maxTries) throw error;
    }
  }
}

/** The same in a transaction, whose caller tries again after a deadlock. */
export async function storeUsageIn(
  tx: Executor,
  rows: UsageEventRow[],
  origin: UsageOrigin,
  receivedAt: Date,
): Promise<Set<string>> {
  const values = valuesOf(rows, origin, receivedAt);
  const parts = store
    .split(/\$(\d)/)
    .map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql.param(values[Number(part) - 1])));
  const stored = await tx.execute<{ event_id: string }>(sql.join(parts));
  return new Set(stored.rows.map((row) => row.event_id));
}

function valuesOf(rows: UsageEventRow[], origin: UsageOrigin, receivedAt: Date): (string | null)[] {
  const { source, reason, actorKind, actorId, actorName } = origin;
  return [JSON.stringify(rows), receivedAt.toISOString(), source, reason, actorKind, actorId, actorName];
}
