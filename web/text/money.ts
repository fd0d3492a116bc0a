/** Amounts of money in the reader's form. The amounts are exact decimals in text. */
import { multiplyAmount } from "../../shared/money.ts";
import type { MoneyState, MovementKind } from "../../shared/money.ts";
import type { PriceView } from "../../shared/views/subscriptions.ts";

/** `$1,200.00`, `1.200,00 €`. An amount that would be rounded to nothing has all its digits: `$0.0012`. */
export function formatMoney(amount: string, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  const coins = Math.abs(Number(amount)) * 10 ** maximumFractionDigits;
  if (coins > 0 && coins < 0.5) return formatUnitPrice(amount, currency);
  // `format` keeps all digits of a decimal in text, which its type does not say.
  return format.format(amount as `${number}`);
}

/** With all digits, such as the price of a unit of usage, which can be less than a cent: `$0.0004`. */
export function formatUnitPrice(amount: string, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: 10 });
  return format.format(amount as `${number}`);
}

/** The monthly amount of a price with these seats; null if the price, its term or its seats are unknown. */
export function monthlyOf(price: PriceView | null, seats: number | null): { amount: string; currency: string } | null {
  if (!price?.money || price.monthly === null) return null;
  const { currency, isPerSeat } = price.money;
  if (!isPerSeat) return { amount: price.monthly, currency };
  return seats === null ? null : { amount: multiplyAmount(price.monthly, seats), currency };
}

/** `$60.00 per month`; null if unknown. */
export function monthlyAmount(monthly: ReturnType<typeof monthlyOf>): string | null {
  return monthly && `${formatMoney(monthly.amount, monthly.currency)} per month`;
}

/** `$60.00 → $144.00 per month`; null if either is unknown or they differ in currency. */
export function monthlyStep(from: ReturnType<typeof monthlyOf>, to: ReturnType<typeof monthlyOf>): string | null {
  if (!from || !to || from.currency !== to.currency) return null;
  return `${formatMoney(from.amount, from.currency)} → ${formatMoney(to.amount, to.currency)} per month`;
}

/** Why an amount is not, or may not stay, recurring revenue. */
export const moneyStateLabels: Record<MoneyState, string> = {
  recurring: "Recurring",
  suspended: "Suspended: payment failed",
  ending: "Ends without renewal",
  trial: "Free trial, not paid yet",
  pending: "Not activated yet",
  test: "Test purchase",
  ended: "Ended",
};

export const moneyFilterLabels = { counted: "Counts as MRR", ...moneyStateLabels } as const;

export const movementLabels: Record<MovementKind, string> = {
  new: "New",
  expansion: "Expansion",
  reactivation: "Reactivation",
  contraction: "Contraction",
  churn: "Churn",
  moved: "Moved",
};

const monthFormat = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });

/** `Nov 2026` from `2026-11`. */
export function formatMonth(month: string): string {
  return monthFormat.format(new Date(`${month}-01T00:00:00Z`));
}
