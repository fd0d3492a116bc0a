/** Rolls up and repairs the sums of billed usage by month. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { usageMonthChanges as changes, usageMonths as months } from "../schema/usage-months.ts";
import { fewRows, hasManyRows } from "../queries/rollups-due.ts";
import { lockKey } from "../statements/advisory-locks.ts";

/**
 * Rolls up the appended rows once there are many. Readers always see the same sums, because one statement changes both tables;
 * rows that are appended later wait for the next run.
 */
export async function rollUpUsageMonths(db: Database, minRows = fewRows): Promise<void> {
  await db.execute(sql`
    with due as materialized (
      select pg_try_advisory_xact_lock(${lockKey("usageMonths")}) as is_ours
      where ${hasManyRows(changes, minRows)}),
    taken as (delete from ${changes} where (select is_ours from due) returning *)
    insert into ${months} as stored (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
    select month, offer_id, plan_id, dimension, currency, list_price, sum(quantity), sum(deleted) from taken
    group by 1, 2, 3, 4, 5, 6 having sum(quantity) <> 0 or sum(deleted) <> 0 order by 1, 2, 3, 4, 5, 6
    on conflict (month, offer_id, plan_id, dimension, currency, list_price) do update set
      quantity = stored.quantity + excluded.quantity, deleted = stored.deleted + excluded.deleted`);
}

/**
 * Adds up all hours that are kept and corrects the sums in one snapshot by appending, so it can run while rows change.
 * @returns how many sums were wrong
 */
export async function repairUsageMonths(tx: Executor): Promise<number> {
  const repaired = await tx.execute(sql`
    insert into ${changes} (month, offer_id, plan_id, dimension, currency, list_price, quantity, deleted)
    select month, offer_id, plan_id, dimension, currency, list_price, sum(quantity), 0 from (
      select usage_month(u.hour) as month, s.offer_id, u.plan_id, u.dimension, coalesce(u.currency, '') as currency,
        coalesce(u.list_price, 0) as list_price, sum(u.accepted) as quantity
      from usage_slots u join subscriptions s on s.id = u.subscription_id
      where u.accepted is not null and not is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)
      group by 1, 2, 3, 4, 5, 6
      union all select month, offer_id, plan_id, dimension, currency, list_price, deleted - quantity from ${months}
      union all select month, offer_id, plan_id, dimension, currency, list_price, deleted - quantity from ${changes}
    ) compared
    group by 1, 2, 3, 4, 5, 6 having sum(quantity) <> 0`);
  return repaired.rowCount ?? 0;
}
