/** How many subscriptions were purchased on a day, or have a term that ends then, without counting rows. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { Database, Executor } from "../connection/database.ts";
import { lockKey } from "../statements/advisory-locks.ts";
import { dayCountChanges as changes, dayCounts as counts, type dayCounted } from "../schema/figures.ts";

export type DayCounted = (typeof dayCounted)[number];

/** Rows that a reader can add up quickly. */
const fewRows = 500;

/** The sums by day; days without any are omitted. */
export async function readDayCounts(
  db: Database,
  wanted: { what: readonly DayCounted[]; from: Day; to?: Day; offer: string | undefined },
): Promise<{ what: DayCounted; day: Day; count: number }[]> {
  const { what, from, to, offer } = wanted;
  const found = await db.execute<{ what: DayCounted; day: Day; count: number }>(sql`
    select what, day::text as day, sum(count)::int as count
    from (select * from ${counts} union all select * from ${changes}) counted
    where what = any(${sql.param(what)}::text[]) and day >= ${from}::date and ${to === undefined ? sql`true` : sql`day <= ${to}::date`}
      and ${offer === undefined ? sql`true` : sql`offer_id = ${offer}`}
    group by what, day having sum(count) <> 0`);
  return found.rows;
}

/**
 * Rolls up what was appended, once there is much. The sums never change: both tables change in one statement, and
 * later rows wait for the next run.
 */
export async function rollUpDayCounts(db: Database): Promise<void> {
  await db.execute(sql`
    with due as materialized (
      select pg_try_advisory_xact_lock(${lockKey("dayCounts")}) as is_ours
      where (select count(*) from (select from ${changes} limit ${fewRows}) first) = ${fewRows}),
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
