/** Carrying late usage in the database, in transactions that hold the ledger's lock. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
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

export type CarryTarget = { planId: string; hour: Date; effectiveAt: Date; sealAt: Date; isTrial: boolean };

/**
 * Adds late usage to an hour.
 * @param quantity decimal digits
 * @returns the hour's slot; null if it is sealed or of another plan
 */
export async function carryTo(
  tx: Executor,
  slot: LateSlot,
  quantity: string,
  target: CarryTarget,
  now: Date,
): Promise<string | null> {
  const [hour, effectiveAt, sealAt] = [target.hour, target.effectiveAt, target.sealAt].map((at) => at.toISOString());
  const { rows } = await tx.execute<{ id: string }>(sql`
    with target as (
      insert into usage_slots as t (id, subscription_id, dimension, hour, plan_id, quantity, carried, effective_at, state, seal_at, is_trial)
      values (gen_random_uuid(), ${slot.subscription_id}, ${slot.dimension}, ${hour}::timestamptz, ${target.planId}, 0,
        ${quantity}::numeric, ${effectiveAt}::timestamptz, 'collecting', ${sealAt}::timestamptz, ${target.isTrial})
      on conflict (subscription_id, dimension, hour) do update set carried = t.carried + excluded.carried
        where t.state = 'collecting' and t.plan_id = excluded.plan_id
      returning t.id
    ), noted as (
      insert into usage_carries (from_slot_id, to_slot_id, quantity, at)
      select ${slot.id}::uuid, id, ${quantity}::numeric, ${now.toISOString()}::timestamptz from target
    )
    select id from target`);
  return rows[0]?.id ?? null;
}

/** `lostOfFormerPlan` is a part of `lost`. */
export type SettledLate = { id: string; moved: string; lost: string; lostOfFormerPlan: string };

/** Takes what was read as late out of its hours: it was carried, or is lost. The hours are locked since. */
export async function settleLate(tx: Executor, settled: SettledLate[]): Promise<void> {
  await tx.execute(sql`
    update usage_slots s set late = trim_scale(s.late - r.moved - r.lost), late_other = null, moved = s.moved + r.moved, lost = s.lost + r.lost,
      lost_of_former_plan = s.lost_of_former_plan + r."lostOfFormerPlan"
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as r(id uuid, moved numeric, lost numeric, "lostOfFormerPlan" numeric)
    where s.id = r.id`);
}
