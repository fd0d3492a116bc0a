/** Recurring revenue at list prices. All amounts are a month's, in one currency, as decimals in text. */
import type { Day } from "../day.ts";
import type { MoneyState, MovementKind, SalesChannel } from "../money.ts";

/** What moved the MRR in a month in UTC, and the MRR at its end; for the current month, now. */
export type RevenueMonth = {
  /** `2026-11`. */
  month: string;
  mrr: string;
  movements: Record<MovementKind, string>;
};

export type RevenueView = {
  /** All currencies with money, the one with the most subscriptions first; never added up. */
  currencies: string[];
  /** The currency of all amounts; null: no price is known yet. */
  currency: string | null;
  today: Day;
  mrr: string;
  arr: string;
  /** The last twelve months. */
  months: RevenueMonth[];
  byPlan: { offerId: string; planId: string; subscriptions: number; monthly: string }[];
  byChannel: { channel: SalesChannel; subscriptions: number; monthly: string }[];
  /** Money that may end, and money that has not begun. */
  states: Partial<Record<MoneyState, { subscriptions: number; monthly: string }>>;
  /** Of those that end without renewal: in the next 30 days. */
  endingSoon: { to: Day; subscriptions: number; monthly: string };
  /** Subscriptions that should count, but have no known price. */
  withoutPrice: number;
};
