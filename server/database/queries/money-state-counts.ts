/** How many subscriptions have one state of their money, from the totals that are kept of it instead of from the rows. */
import { and, eq, sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import type { Database } from "../connection/database.ts";
import { moneyTotals } from "../schema/money.ts";

/** @returns null if the filters ask for more than the totals know */
export async function countByMoneyState(
  db: Database,
  filters: SubscriptionFilters & { today?: Day },
): Promise<number | null> {
  const { money, offer, plan, currency, reseller, test, ...rest } = filters;
  const { sort: _sort, order: _order, cursor: _cursor, today: _today, ...others } = rest;
  if (money === undefined || money === "counted" || Object.values(others).some((value) => value !== undefined)) {
    return null;
  }
  // Test purchases have a state of their own.
  if (test !== undefined && test !== (money === "test")) return 0;
  const [total] = await db
    .select({ count: sql<number>`coalesce(sum(${moneyTotals.subscriptions}), 0)`.mapWith(Number) })
    .from(moneyTotals)
    .where(
      and(
        eq(moneyTotals.state, money),
        offer ? eq(moneyTotals.offerId, offer) : undefined,
        plan ? eq(moneyTotals.planId, plan) : undefined,
        currency ? eq(moneyTotals.currency, currency) : undefined,
        reseller === undefined ? undefined : eq(moneyTotals.channel, reseller ? "reseller" : "direct"),
      ),
    );
  return total?.count ?? 0;
}
