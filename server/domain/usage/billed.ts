/** Adds up what Microsoft has accepted by month and dimension, at list prices. Exact, and never across currencies. */
import Big from "big.js";
import type { BilledSum } from "../../../shared/usage.ts";
import { inDigits, type Quantity, quantityOf, sumOf } from "./quantity.ts";

/** A part of a month. Quantities and prices are decimal digits. */
export type BilledTotal = {
  /** `2026-11`. */
  month: string;
  offerId: string;
  dimension: string;
  /** Empty: its list price is unknown. */
  currency: string;
  listPrice: string;
  quantity: string;
  /** What of it is of hours that were deleted after their retention. */
  deleted: string;
};

export type BilledDimension = { offerId: string; dimension: string; months: BilledSum[]; total: BilledSum };

/** The currencies of list prices, the one with the most parts first. */
export function currenciesOf(totals: readonly BilledTotal[]): string[] {
  const counts = new Map<string, number>();
  for (const { currency } of totals) if (currency !== "") counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts]
    .toSorted(([one, few], [other, many]) => many - few || (one < other ? -1 : 1))
    .map(([currency]) => currency);
}

/** @param currency of the amounts; null: no price is known */
export function sumTotals(totals: readonly BilledTotal[], currency: string | null): BilledSum {
  const sum = (some: readonly BilledTotal[]) => inDigits(sumOf(some.map(({ quantity }) => quantityOf(quantity))));
  const priced = totals.filter((total) => total.currency !== "" && total.currency === currency);
  return {
    quantity: sum(totals),
    amount: priced.length === 0 ? null : inDigits(sumOf(priced.map(amountOf))),
    unpriced: sum(totals.filter((total) => total.currency === "")),
  };
}

function amountOf({ quantity, listPrice }: BilledTotal): Quantity {
  return quantityOf(quantity).times(listPrice);
}

/** The dimensions with the largest amount first, then those with the largest quantity. */
export function billedByDimension(
  totals: readonly BilledTotal[],
  months: readonly string[],
  currency: string | null,
): BilledDimension[] {
  return [...Map.groupBy(totals, ({ offerId, dimension }) => JSON.stringify([offerId, dimension]))]
    .map(([key, own]) => {
      const [offerId, dimension] = JSON.parse(key) as [string, string];
      return {
        offerId,
        dimension,
        months: months.map((month) =>
          sumTotals(
            own.filter((total) => total.month === month),
            currency,
          ),
        ),
        total: sumTotals(own, currency),
      };
    })
    .toSorted(
      ({ total: one }, { total: other }) =>
        compare(other.amount ?? "-1", one.amount ?? "-1") || compare(other.quantity, one.quantity),
    );
}

const compare = (one: string, other: string) => new Big(one).cmp(other);
