/** Rolls up and repairs the numbers of subscriptions and seats. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { hasManyRows } from "../queries/rollups-due.ts";
import { lockKey } from "../statements/advisory-locks.ts";
import { isTestPurchase, subscriptionCounts as counts } from "../schema/subscriptions.ts";

/**
 * Replaces the rows of a kind by their sum, once there are many. The sums never change: both happen in one
 * statement, and later rows wait for the next run.
 */
export async function rollUpCounts(db: Database): Promise<void> {
  await db.execute(sql`
    with due as materialized (
      select pg_try_advisory_xact_lock(${lockKey("subscriptionCounts")}) as is_ours
      where ${hasManyRows(counts)}),
    taken as (delete from ${counts} where (select is_ours from due) returning *)
    insert into ${counts}
    select offer_id, plan_id, status, is_on_hold, is_free_trial, sum(subscriptions), sum(seats) from taken
    group by 1, 2, 3, 4, 5 having sum(subscriptions) <> 0 or sum(seats) <> 0`);
}

/** A kind with wrong sums: `subscriptions` and `seats` had to be added. */
export type CountRepair = { offerId: string; planId: string; status: string; subscriptions: number; seats: number };

/**
 * Counts all rows and corrects the sums. One snapshot, and the difference is appended like any change, so it can run while rows
 * change.
 */
export async function repairCounts(tx: Executor): Promise<CountRepair[]> {
  const repaired = await tx.execute<{
    offer_id: string;
    plan_id: string;
    status: string;
    subscriptions: string;
    seats: string;
  }>(sql`
    insert into ${counts}
    select offer_id, plan_id, status, is_on_hold, is_free_trial, sum(subscriptions), sum(seats) from (
      select offer_id, plan_id, status, hold_at is not null as is_on_hold, is_free_trial, count(*) as subscriptions,
        coalesce(sum(quantity), 0) as seats
      from subscriptions where not ${isTestPurchase} group by 1, 2, 3, 4, 5
      union all
      select offer_id, plan_id, status, is_on_hold, is_free_trial, -subscriptions, -seats from ${counts}
    ) compared
    group by 1, 2, 3, 4, 5 having sum(subscriptions) <> 0 or sum(seats) <> 0
    returning offer_id, plan_id, status, subscriptions, seats`);
  return repaired.rows.map((row) => ({
    offerId: row.offer_id,
    planId: row.plan_id,
    status: row.status,
    subscriptions: Number(row.subscriptions),
    seats: Number(row.seats),
  }));
}
