/** The words of an alert about a change that waits for an answer. */
import { isolated } from "../../../shared/foreign-text.ts";
import type { ChangeToAnswerView } from "../../../shared/views/changes-to-answer.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import type { PriceView } from "../../../shared/views/subscriptions.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { monthlyOf } from "../../text/plan-prices.ts";

/** `Fabrikam wants 8 seats instead of 5`, `Fabrikam wants the plan Enterprise instead of Team`. */
export function requestText({ customer, subscriptionName, action, from, to }: ChangeToAnswerView): string {
  const who = isolated(customer ?? subscriptionName);
  if (action === "ChangePlan")
    return `${who} wants the plan ${isolated(to.planName)} instead of ${isolated(from.planName)}`;
  const before = from.quantity === null ? "" : ` instead of ${formatNumber(from.quantity)}`;
  return `${who} wants ${to.quantity === null ? "a different number of seats" : countOf(to.quantity, "seat")}${before}`;
}

/** `$60.00 → $96.00 per month`; null unless both amounts are known. */
export function priceChangeText(change: ChangeToAnswerView, wantedPrice: PriceView | null): string | null {
  const before = monthlyOf(change.price, change.from.quantity);
  const after = monthlyOf(change.action === "ChangePlan" ? wantedPrice : change.price, change.to.quantity);
  if (!before || !after || before.currency !== after.currency) return null;
  const [from, to] = [before, after].map(({ amount, currency }) => formatMoney(amount, currency));
  return from === to ? `${to} per month, unchanged` : `${from} → ${to} per month`;
}

/** `If no one answers, the change rule accepts it`. */
export function ruleText({ ruleDecides }: Pick<ChangeToAnswerView, "ruleDecides">): string {
  return `If no one answers, the change rule ${ruleDecides}s this change`;
}

/** How the change ended; null while that is not known. */
export function outcomeText(operation: Pick<OperationView, "decision" | "decisionReason" | "settledAt">) {
  const { decision, decisionReason, settledAt } = operation;
  if (decision !== null) return `${decision === "accept" ? "Accepted" : "Rejected"}. ${decisionReason ?? ""}`.trim();
  return settledAt === null ? null : "Time is up. Microsoft decided without an answer.";
}
