/** Recurring revenue: its totals, months and what is at risk, from sums that are maintained. */
import { and, eq, ne, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { addDays, type Day, lastMonths, utcDayOf } from "../../../shared/day.ts";
import type { RevenueFilters } from "../../../shared/filters.ts";
import { movementKinds, recurringStates } from "../../../shared/money.ts";
import type { MovementKind } from "../../../shared/money.ts";
import type { RevenueMonth, RevenueView } from "../../../shared/views/revenue.ts";
import { sumOf } from "../../domain/money/recurring-amount.ts";
import type { Database } from "../connection/database.ts";
import { moneyMonths, moneyTotals, subscriptionMoney } from "../schema/money.ts";

const monthsShown = 12;
const daysAhead = 30;

type Keyed = Record<"offerId" | "planId" | "channel", PgColumn>;

function ofFilters(table: Keyed, { offer, plan, channel }: RevenueFilters): SQL | undefined {
  return and(
    offer ? eq(table.offerId, offer) : undefined,
    plan ? eq(table.planId, plan) : undefined,
    channel ? eq(table.channel, channel) : undefined,
  );
}

export async function readRevenue(db: Database, filters: RevenueFilters, now: Date): Promise<RevenueView> {
  const today = utcDayOf(now);
  const totals = await db
    .select()
    .from(moneyTotals)
    .where(and(ofFilters(moneyTotals, filters), ne(moneyTotals.subscriptions, 0)));
  const currencies = currenciesOf(totals);
  const currency = filters.currency ?? currencies[0] ?? null;
  const [months, endingSoon] = await Promise.all([
    readMonths(db, filters, currency, today),
    readEnding(db, filters, currency, today),
  ]);
  const own = totals.filter((total) => total.currency === currency);
  const counted = own.filter(({ state }) => recurringStates.includes(state));
  const mrr = months.at(-1)?.mrr ?? "0";
  return {
    currencies,
    currency,
    today,
    mrr,
    arr: sumOf(Array.from({ length: 12 }, () => mrr)),
    months,
    byPlan: groupBy(counted, ({ offerId, planId }) => ({ offerId, planId })),
    byChannel: groupBy(counted, ({ channel }) => ({ channel })),
    states: Object.fromEntries(groupBy(own, ({ state }) => ({ state })).map(({ state, ...total }) => [state, total])),
    endingSoon: { to: addDays(today, daysAhead), ...endingSoon },
    withoutPrice: totals
      .filter((total) => total.currency === "" && recurringStates.includes(total.state))
      .reduce((sum, { subscriptions }) => sum + subscriptions, 0),
  };
}

type Total = typeof moneyTotals.$inferSelect;

function currenciesOf(totals: Total[]): string[] {
  const counts = new Map<string, number>();
  for (const { currency, subscriptions } of totals)
    if (currency !== "") counts.set(currency, (counts.get(currency) ?? 0) + subscriptions);
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([currency]) => currency);
}

/** The largest amounts first. */
function groupBy<Key extends object>(totals: Total[], keyOf: (total: Total) => Key) {
  return [...Map.groupBy(totals, (total) => JSON.stringify(keyOf(total)))]
    .map(([key, group]) => ({
      ...(JSON.parse(key) as Key),
      subscriptions: group.reduce((sum, { subscriptions }) => sum + subscriptions, 0),
      monthly: sumOf(group.map(({ monthly }) => monthly)),
    }))
    .toSorted((one, other) => Number(other.monthly) - Number(one.monthly));
}

async function readMonths(
  db: Database,
  filters: RevenueFilters,
  currency: string | null,
  today: Day,
): Promise<RevenueMonth[]> {
  const rows =
    currency === null
      ? []
      : await db
          .select({
            month: moneyMonths.month,
            kind: moneyMonths.kind,
            amount: sql<string>`sum(${moneyMonths.amount})`,
          })
          .from(moneyMonths)
          .where(and(ofFilters(moneyMonths, filters), eq(moneyMonths.currency, currency)))
          .groupBy(moneyMonths.month, moneyMonths.kind);
  const months = lastMonths(today, monthsShown);
  const first = months[0] ?? today.slice(0, 7);
  let mrr = sumOf(rows.filter(({ month }) => month.slice(0, 7) < first).map(({ amount }) => amount));
  return months.map((month, index) => {
    const isLast = index + 1 === months.length;
    // A clock that is behind may have counted the next month already.
    const own = rows.filter(({ month: day }) => day.slice(0, 7) === month || (isLast && day.slice(0, 7) > month));
    mrr = sumOf([mrr, ...own.map(({ amount }) => amount)]);
    const amountOf = (kind: MovementKind) => sumOf(own.filter((one) => one.kind === kind).map(({ amount }) => amount));
    const movements = Object.fromEntries(movementKinds.map((kind) => [kind, amountOf(kind)]));
    return { month, mrr, movements: movements as Record<MovementKind, string> };
  });
}

async function readEnding(db: Database, filters: RevenueFilters, currency: string | null, today: Day) {
  const [found] = await db
    .select({
      subscriptions: sql<number>`count(*)`.mapWith(Number),
      monthly: sql<string>`coalesce(sum(${subscriptionMoney.recurring}), 0)`,
    })
    .from(subscriptionMoney)
    .where(
      and(
        ofFilters(subscriptionMoney, filters),
        sql`${subscriptionMoney.state} = 'ending'`,
        eq(subscriptionMoney.currency, currency ?? ""),
        sql`${subscriptionMoney.endsOn} between ${today}::date and ${addDays(today, daysAhead)}::date`,
      ),
    );
  return { subscriptions: found?.subscriptions ?? 0, monthly: sumOf([found?.monthly ?? "0"]) };
}
