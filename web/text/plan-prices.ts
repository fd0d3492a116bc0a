/** Prices of plans and what a subscription costs per month, in the reader's form. */
import { multiplyAmount } from "../../shared/money.ts";
import { pricePeriod } from "../../shared/term.ts";
import type { PriceView } from "../../shared/views/subscriptions.ts";
import { formatMoney, formatUnitPrice } from "./money.ts";

/** `$20.00 per seat per month`, `20,00 $ per seat per month`; Microsoft's own text if its amount cannot be read. */
export function formatPrice({ words, money, termUnit }: Omit<PriceView, "monthly">): string {
  if (money === null) return words;
  const period = termUnit === null ? "" : ` ${pricePeriod(termUnit)}`;
  return `${formatUnitPrice(money.amount, money.currency)}${money.isPerSeat ? " per seat" : ""}${period}`;
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
