/** A price as the dashboard shows it, with what one seat or subscription costs a month if that can be computed. */
import type { PriceView } from "../../shared/views/subscriptions.ts";
import { recurringAmount } from "../domain/money/recurring-amount.ts";

export function priceView({ words, money, termUnit }: Omit<PriceView, "monthly">): PriceView {
  const recurring = money && recurringAmount({ ...money, isPerSeat: false, termUnit }, null);
  return { words, money, termUnit, monthly: recurring?.monthly ?? null };
}
