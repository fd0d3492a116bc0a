/** A subscription's exact price per month and per year. */
import Big from "big.js";
import { readTerm } from "../../../shared/term.ts";

/** Enough that a term of any length, times a million seats, is exact to a millionth of a cent. */
const decimals = 10;

const Decimal = Big();
Decimal.DP = 30;
Decimal.RM = Decimal.roundHalfEven;

/** Microsoft's price for one term, as it states it: the amount as a decimal in text. */
export type TermPrice = { amount: string; currency: string; isPerSeat: boolean; termUnit: string | null };

/** Decimals in text, with at most ten digits after the point. */
export type RecurringAmount = { currency: string; monthly: string; yearly: string };

/**
 * @param seats null for a flat-rate plan
 * @returns null if the length of the term is not known, or a price per seat has no seats
 */
export function recurringAmount(price: TermPrice, seats: number | null): RecurringAmount | null {
  const monthly = monthlyAmount(price, seats);
  const yearly = amountOfMonths(12, price, seats);
  return monthly === null || yearly === null ? null : { currency: price.currency, monthly, yearly };
}

/** The same for a month, as a decimal in text. */
export function monthlyAmount(price: TermPrice, seats: number | null): string | null {
  return amountOfMonths(1, price, seats);
}

function amountOfMonths(months: number, price: TermPrice, seats: number | null): string | null {
  const perYear = termsPerYear(price.termUnit);
  if (perYear === null || (price.isPerSeat && seats === null)) return null;
  const [count, divisor] = perYear;
  const term = new Decimal(price.amount).times(price.isPerSeat ? (seats ?? 0) : 1);
  return text(term.times(count * months).div(12 * divisor));
}

/** As a fraction, so that 18 months or 3 years divide once. A year has 365 days. */
function termsPerYear(termUnit: string | null): [count: number, divisor: number] | null {
  const term = termUnit === null ? null : readTerm(termUnit);
  if (term === null || term.count === 0) return null;
  const inOneYear = { year: 1, month: 12, week: 365, day: 365 }[term.unit];
  return [inOneYear, term.count * (term.unit === "week" ? 7 : 1)];
}

const text = (amount: Big) => amount.round(decimals).toFixed();

/** The sum of decimals in text. */
export function sumOf(amounts: Iterable<string>): string {
  let sum = new Decimal(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return text(sum);
}

/** `one` minus `other`. */
export function difference(one: string, other: string): string {
  return text(new Decimal(one).minus(other));
}

/** -1, 0 or 1. */
export function signOf(amount: string): -1 | 0 | 1 {
  return new Decimal(amount).cmp(0);
}
