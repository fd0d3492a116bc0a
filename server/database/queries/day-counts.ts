/** How many subscriptions were purchased on a day, or have a term that ends then, without counting rows. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { Database } from "../connection/database.ts";
import { dayCountChanges as changes, dayCounts as counts, type dayCounted } from "../schema/figures.ts";

export type DayCounted = (typeof dayCounted)[number];

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
