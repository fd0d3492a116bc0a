/** Reads plans. */
import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

type Found = { id: string; offerId: string; planId: string; status: string; termUnit: string | null };
type Row = { id: string; offer_id: string; plan_id: string; status: string; term_unit: string | null };

/** Plans of subscriptions that Microsoft has not described yet, each with a subscription to ask by. */
export function listUnknownPlans(db: Executor): Promise<Found[]> {
  return listPlans(db, sql`p.name is null`);
}

/** Plans that Microsoft has not described since then, or never. */
export function listPlansSeenBefore(db: Executor, at: Date): Promise<Found[]> {
  return listPlans(db, sql`(p.seen_at is null or p.seen_at < ${at.toISOString()}::timestamptz)`);
}

/** Steps through the index of offers and plans: its cost does not grow with the number of subscriptions. */
async function listPlans(db: Executor, which: SQL): Promise<Found[]> {
  const found = await db.execute<Row>(sql`
    with recursive steps as (
      (select offer_id, plan_id from subscriptions order by offer_id, plan_id limit 1)
      union all
      select next.offer_id, next.plan_id from steps, lateral (
        select offer_id, plan_id from subscriptions
        where (offer_id, plan_id) > (steps.offer_id, steps.plan_id) order by offer_id, plan_id limit 1) next
    )
    select one.id, steps.offer_id, steps.plan_id, one.status, one.term_unit from steps
    left join plans p using (offer_id, plan_id), lateral (
      select s.id, s.status, s.term_unit from subscriptions s
      where s.offer_id = steps.offer_id and s.plan_id = steps.plan_id and s.status <> 'Unsubscribed'
      order by s.updated_at desc limit 1) one
    where ${which}`);
  return found.rows.map(({ id, status, offer_id: offerId, plan_id: planId, term_unit: termUnit }) => ({
    id,
    status,
    offerId,
    planId,
    termUnit,
  }));
}

/** The plans of an offer that Microsoft has described or that a subscription has; of the latter only this one. */
export async function listPlanIds(db: Executor, offerId: string, planId: string): Promise<string[]> {
  const found = await db.execute<{ plan_id: string }>(sql`
    select plan_id from plans where offer_id = ${offerId}
    union
    select ${planId}::text where exists (select from subscriptions where offer_id = ${offerId} and plan_id = ${planId})
`);
  return found.rows.map((row) => row.plan_id);
}
