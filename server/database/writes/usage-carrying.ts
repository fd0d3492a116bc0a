/** Carrying late usage in the database, in transactions that hold the ledger's lock. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import { type CarryTarget, type ExistingSlot, slotKey } from "../../domain/usage/carry-targets.ts";
import type { Executor } from "../connection/database.ts";

export type LateSlot = {
  id: string;
  subscription_id: string;
  dimension: string;
  hour: string;
  late: string;
  /** What of it was reported for other plans than the hour's. */
  late_other: Record<string, string> | null;
  /** The plan of the hour. */
  hour_plan_id: string;
  status: SubscriptionStatus;
  offer_id: string;
  /** The current plan of the subscription. */
  plan_id: string;
  /** Whether the hour is one of a trial. */
  is_trial: boolean;
  /** Whether the subscription is a trial now. */
  is_free_trial: boolean;
  term_ends_on: Day | null;
};

/** Locks hours with late usage that can be carried or is lost. */
export async function takeLateSlots(tx: Executor, tooOld: Date, limit: number): Promise<LateSlot[]> {
  const { rows } = await tx.execute<LateSlot>(sql`
    select s.id, s.subscription_id, s.dimension, s.hour, s.late::text as late, s.late_other, s.plan_id as hour_plan_id, sub.status,
      sub.offer_id, sub.plan_id, s.is_trial, sub.is_free_trial,
      to_char(sub.term_ends_at at time zone 'UTC', 'YYYY-MM-DD') as term_ends_on
    from usage_slots s join subscriptions sub on sub.id = s.subscription_id
    where s.late > 0 and (sub.status in ('Subscribed', 'Unsubscribed') or s.hour <= ${tooOld.toISOString()}::timestamptz)
    order by s.id limit ${limit} for update of s skip locked`);
  return rows;
}

type Place = { subscriptionId: string; dimension: string };

/** The slots of these subscriptions' dimensions from an hour on, by `slotKey`. */
export async function slotsFrom(
  tx: Executor,
  places: readonly Place[],
  from: Date,
): Promise<Map<string, ExistingSlot>> {
  const { rows } = await tx.execute<{
    subscription_id: string;
    dimension: string;
    hour: string;
    plan_id: string;
    is_collecting: boolean;
  }>(sql`
    select subscription_id, dimension, hour, plan_id, state = 'collecting' as is_collecting from usage_slots
    where hour >= ${from.toISOString()}::timestamptz and (subscription_id, dimension) in (
      select * from unnest(${sql.param(places.map((place) => place.subscriptionId))}::text[], ${sql.param(places.map((place) => place.dimension))}::text[]))`);
  return new Map(
    rows.map((row) => [
      slotKey(row.subscription_id, row.dimension, new Date(row.hour)),
      { planId: row.plan_id, isCollecting: row.is_collecting },
    ]),
  );
}

export type Carry = Place & {
  fromSlotId: string;
  /** Decimal digits. */
  quantity: string;
  target: CarryTarget;
};

/**
 * Adds late usage to hours, and creates their slots if there are none. All usage for one hour has the same plan.
 * Rows are written in key order, as by reports, so that the two cannot deadlock.
 * @returns the `slotKey` of the hours that have taken it; the others are sealed or of another plan
 */
export async function carryTo(tx: Executor, carries: readonly Carry[], now: Date): Promise<Set<string>> {
  if (carries.length === 0) return new Set();
  const given = carries.map(({ target, ...carry }, index) => ({ ...carry, ...target, index }));
  const { rows } = await tx.execute<{ subscription_id: string; dimension: string; hour: string }>(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g("fromSlotId" uuid, "subscriptionId" text, "dimension" text,
        "hour" timestamptz, "planId" text, "quantity" numeric, "effectiveAt" timestamptz, "sealAt" timestamptz, "isTrial" boolean, "index" int)
    ), targets as (
      insert into usage_slots as t (id, subscription_id, dimension, hour, plan_id, quantity, carried, effective_at, state, seal_at, is_trial)
      select gen_random_uuid(), "subscriptionId", "dimension", "hour", "planId", 0, sum("quantity"),
        (array_agg("effectiveAt" order by "index"))[1], 'collecting', (array_agg("sealAt" order by "index"))[1],
        (array_agg("isTrial" order by "index"))[1]
      from given group by 2, 3, 4, 5 order by 2, 3, 4
      on conflict (subscription_id, dimension, hour) do update set carried = t.carried + excluded.carried
        where t.state = 'collecting' and t.plan_id = excluded.plan_id
      returning t.id, t.subscription_id, t.dimension, t.hour
    ), carries as (
      insert into usage_carries (from_slot_id, to_slot_id, quantity, at)
      select g."fromSlotId", t.id, g."quantity", ${now.toISOString()}::timestamptz
      from given g join targets t on t.subscription_id = g."subscriptionId" and t.dimension = g."dimension" and t.hour = g."hour"
      order by g."index"
    )
    select subscription_id, dimension, hour from targets`);
  return new Set(rows.map((row) => slotKey(row.subscription_id, row.dimension, new Date(row.hour))));
}

/** `lostOfFormerPlan` is a part of `lost`. */
export type SettledLate = { id: string; moved: string; lost: string; lostOfFormerPlan: string };

/** Removes late usage from its hours after it was carried or lost. The hours have been locked since it was read. */
export async function settleLate(tx: Executor, settled: SettledLate[]): Promise<void> {
  await tx.execute(sql`
    update usage_slots s set late = trim_scale(s.late - r.moved - r.lost), late_other = null, moved = s.moved + r.moved, lost = s.lost + r.lost,
      lost_of_former_plan = s.lost_of_former_plan + r."lostOfFormerPlan"
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as r(id uuid, moved numeric, lost numeric, "lostOfFormerPlan" numeric)
    where s.id = r.id`);
}
