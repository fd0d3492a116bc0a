/** Usage that Microsoft has accepted, for the overview. */
import { type Day, lastMonths, utcDayOf } from "../../../shared/day.ts";
import type { BilledUsageFilters } from "../../../shared/filters.ts";
import type { BilledUsageView } from "../../../shared/views/billed-usage.ts";
import { sumTotals, billedByDimension, currenciesOf } from "../../domain/usage/billed.ts";
import type { Database } from "../connection/database.ts";
import { listDimensions } from "./usage-dimensions.ts";
import { readUsageMonths } from "./usage-months.ts";

const monthsShown = 12;

/** @param now Microsoft's time, by which hours are billed */
export async function readBilledUsage(
  db: Database,
  { offer, plan, currency: asked }: BilledUsageFilters,
  now: Date,
): Promise<BilledUsageView> {
  const months = lastMonths(utcDayOf(now), monthsShown);
  const from = `${months[0]}-01` as Day;
  const [totals, known] = await Promise.all([readUsageMonths(db, { from, offer, plan }), listDimensions(db)]);
  const currencies = currenciesOf(totals);
  const currency = asked !== undefined && currencies.includes(asked) ? asked : (currencies[0] ?? null);
  const amountOf = (some: typeof totals) => (currency === null ? null : (sumTotals(some, currency).amount ?? "0"));
  const isOfFilters = ({ offerId, planId }: { offerId: string; planId: string }) =>
    (offer === undefined || offerId === offer) && (plan === undefined || planId === plan);
  return {
    isMetered: totals.length > 0 || known.some(isOfFilters),
    currencies,
    currency,
    months: months.map((month) => ({ month, amount: amountOf(totals.filter((total) => total.month === month)) })),
    total: amountOf(totals),
    dimensions: billedByDimension(totals, months, currency).map((billed) => {
      const found = known.find(
        ({ offerId, dimension }) => offerId === billed.offerId && dimension === billed.dimension,
      );
      return { ...billed, name: found?.name ?? billed.dimension, unit: found?.unit ?? null };
    }),
    deletedThrough:
      totals
        .filter(({ deleted }) => Number(deleted) !== 0)
        .map(({ month }) => month)
        .toSorted()
        .at(-1) ?? null,
  };
}
