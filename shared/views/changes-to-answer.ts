import type { PriceView } from "./subscriptions.ts";

/** A customer's change about which a change rule asks staff, while they can answer. */
export type ChangeToAnswerView = {
  operationId: string;
  subscriptionId: string;
  subscriptionName: string;
  /** The customer's company or email address. */
  customer: string | null;
  action: "ChangePlan" | "ChangeQuantity";
  /** What the subscription has, and what the customer requests. */
  from: { planName: string; quantity: number | null };
  to: { planName: string; quantity: number | null };
  /** The current plan's price, as Microsoft stated it within a day; null if it did not. */
  price: PriceView | null;
  /** When the rule decides, and how, if no one has answered. */
  ruleDecidesAt: string;
  ruleDecides: "accept" | "reject";
};

export type ChangesToAnswerView = {
  /** The server's time when it answered. */
  now: string;
  /** The earliest deadline first. */
  changes: ChangeToAnswerView[];
};
