/** Rolls up and repairs the counts of purchases and term ends by day. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { hasManyRows } from "../queries/rollups-due.ts";
import { lockKey } from "../statements/advisory-locks.ts";
import { dayCountChanges as changes, dayCounts as counts } from "../schema/figures.ts";

/**
 * Rolls up the appended rows once there are many. Readers always see the same sums, because one statement changes both tables;
 * rows that are appended later wait for the next run.
 */
export async function rollUpDayCounts(db: Database): Promise<void> {
  await db.execute(sql`
    with due as materialized (
      select pg_try_advisory_xact_lock(${lockKey("dayCounts")}) as is_ours
      where ${hasManyRows(changes)}),
    taken as (delete from ${changes} where (select is_ours from due) returning *)
    insert into ${counts} as stored (what, day, offer_id, count)
    select what, day, offer_id, sum(count) from taken group by 1, 2, 3 having sum(count) <> 0 order by 1, 2, 3
    on conflict (what, day, offer_id) do update set count = stored.count + excluded.count`);
}

/**
 * Counts all rows and corrects the sums in one snapshot by appending, so it can run while rows change.
 * @returns how many sums were wrong
 */
export async function repairDayCounts(tx: Executor): Promise<number> {
  const repaired = await tx.execute(sql`
    insert into ${changes} (what, day, offer_id, count)
    select what, day, offer_id, sum(count) from (
      select d.what, d.day, s.offer_id, count(*) as count from subscriptions s, days_of_subscription(s) d group by 1, 2, 3
      union all select what, day, offer_id, -count from ${counts}
      union all select what, day, offer_id, -count from ${changes}
    ) compared
    group by 1, 2, 3 having sum(count) <> 0`);
  return repaired.rowCount ?? 0;
}
