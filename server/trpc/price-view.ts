/** Prices as the dashboard shows them. */
import type { PriceView } from "../../shared/views/subscriptions.ts";
import { recurringAmount } from "../domain/money/recurring-amount.ts";

export function priceView({ words, money, termUnit }: Omit<PriceView, "monthly">): PriceView {
  const one = money && recurringAmount({ ...money, isPerSeat: false, termUnit }, null);
  return { words, money, termUnit, monthly: one?.monthly ?? null };
}
