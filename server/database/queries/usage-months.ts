/** What Microsoft has accepted by month, without reading hours: triggers keep the sums (decision 0037). */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { BilledTotal } from "../../domain/usage/billed.ts";
import type { Database } from "../connection/database.ts";
import { usageMonthChanges as changes, usageMonths as months } from "../schema/usage-months.ts";

/** Since the month that begins on a day. */
export async function readUsageMonths(
  db: Database,
  wanted: { from: Day; offer: string | undefined; plan: string | undefined },
): Promise<BilledTotal[]> {
  const { from, offer, plan } = wanted;
  const { rows } = await db.execute<BilledTotal>(sql`
    select to_char(month, 'YYYY-MM') as month, offer_id as "offerId", dimension, currency, list_price::text as "listPrice",
      sum(quantity)::text as quantity, sum(deleted)::text as deleted
    from (select * from ${months} union all select * from ${changes}) counted
    where month >= ${from}::date and ${offer === undefined ? sql`true` : sql`offer_id = ${offer}`}
      and ${plan === undefined ? sql`true` : sql`plan_id = ${plan}`}
    group by month, offer_id, dimension, currency, list_price having sum(quantity) <> 0`);
  return rows;
}
