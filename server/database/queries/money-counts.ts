/** How many subscriptions have some money, from what is kept of it instead of from the subscriptions. */
import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { daysOfSpan } from "../../../shared/relative-days.ts";
import type { Database } from "../connection/database.ts";
import { moneyTotals, subscriptionMoney } from "../schema/money.ts";
import { moneyIs } from "./subscription-filter.ts";

/**
 * @param max no more are counted, unless there are totals
 * @returns null if the filters do not ask for money, or ask for more than is kept with it
 */
export async function countByMoney(
  db: Database,
  filters: SubscriptionFilters & { today?: Day },
  max: number,
): Promise<number | null> {
  const { money, currency, monthlyFrom, monthlyTo, endsFrom, endsTo, endsIn, today, ...more } = filters;
  const { offer, plan, reseller, test, sort: _sort, order: _order, cursor: _cursor, ...others } = more;
  const asked = [money, currency, monthlyFrom, monthlyTo];
  if (asked.every(isUndefined) || !Object.values(others).every(isUndefined)) return null;
  const which = (table: typeof moneyTotals | typeof subscriptionMoney) =>
    and(
      offer ? eq(table.offerId, offer) : undefined,
      plan ? eq(table.planId, plan) : undefined,
      reseller === undefined ? undefined : eq(table.channel, reseller ? "reseller" : "direct"),
      // Test purchases have a state of their own.
      test === undefined ? undefined : test ? eq(table.state, "test") : ne(table.state, "test"),
    );
  const lastDay = and(
    lastDayWithin({ from: endsFrom, to: endsTo }),
    endsIn && lastDayWithin(daysOfSpan(endsIn, today ?? utcDayOf(new Date()))),
  );
  // Other states have no last day, although their terms may end.
  if (lastDay && money !== "trial" && money !== "ending") return null;
  if (!lastDay && money !== "counted" && monthlyFrom === undefined && monthlyTo === undefined) {
    const [total] = await db
      .select({ count: sql<number>`coalesce(sum(${moneyTotals.subscriptions}), 0)`.mapWith(Number) })
      .from(moneyTotals)
      .where(
        and(
          which(moneyTotals),
          money && eq(moneyTotals.state, money),
          currency ? eq(moneyTotals.currency, currency) : undefined,
        ),
      );
    return total?.count ?? 0;
  }
  const some = db
    .select({ one: sql`1`.as("one") })
    .from(subscriptionMoney)
    .where(
      and(
        which(subscriptionMoney),
        moneyIs({ money, currency, monthlyFrom, monthlyTo }, sql`subscription_money`),
        lastDay,
      ),
    )
    .limit(max)
    .as("some");
  return db.$count(some);
}

const isUndefined = (value: unknown) => value === undefined;

function lastDayWithin({ from, to }: { from?: Day | undefined; to?: Day | undefined }): SQL | undefined {
  const { endsOn } = subscriptionMoney;
  return and(from ? sql`${endsOn} >= ${from}::date` : undefined, to ? sql`${endsOn} <= ${to}::date` : undefined);
}
