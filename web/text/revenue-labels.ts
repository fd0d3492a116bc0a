/** The words of recurring revenue: its states, its movements and its months. */
import type { MoneyState, MovementKind } from "../../shared/money.ts";

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
