/** How one subscription's change moves the MRR. */
import type { MovementKind, SalesChannel } from "../../../shared/money.ts";
import { difference, signOf, sumOf } from "./recurring-amount.ts";

/** What the money of a subscription is counted by. */
export type MoneyKey = { offerId: string; planId: string; channel: SalesChannel; currency: string };

/** A subscription's MRR; the amount is a decimal in text, above 0. */
export type RecurringMoney = MoneyKey & { monthly: string };

/** A customer before the change, with all its subscriptions. */
export type CustomerMoney = {
  /** Its MRR by currency. */
  monthly: ReadonlyMap<string, string>;
  /** Whether it ever had any. */
  hasPaid: boolean;
};

export type Movement = MoneyKey & { kind: MovementKind; amount: string };

/**
 * The movements from one state of a subscription to the next; null: no recurring money. They add up to the difference
 * for each key, and `moved` to nothing within a currency.
 *
 * New, reactivated and churned are customers, not subscriptions: a second subscription is an expansion, and the end of
 * one of two a contraction.
 */
export function movementsBetween(
  before: RecurringMoney | null,
  after: RecurringMoney | null,
  customer: CustomerMoney,
): Movement[] {
  if (before && after && before.currency !== after.currency)
    return [move(before, `-${before.monthly}`), move(after, after.monthly)];
  const key = after ?? before;
  if (key === null) return [];
  const change = difference(after?.monthly ?? "0", before?.monthly ?? "0");
  const moves =
    before && after && !isSameKey(before, after)
      ? [move(before, `-${before.monthly}`), move(after, before.monthly)]
      : [];
  if (signOf(change) === 0) return moves;
  return [...moves, { ...keyOf(key), kind: kindOf(change, key.currency, customer), amount: change }];
}

function kindOf(change: string, currency: string, { monthly, hasPaid }: CustomerMoney): MovementKind {
  const paysOtherwise = [...monthly].some(([other, amount]) => other !== currency && signOf(amount) > 0);
  const total = monthly.get(currency) ?? "0";
  if (signOf(change) > 0) {
    if (signOf(total) > 0 || paysOtherwise) return "expansion";
    return hasPaid ? "reactivation" : "new";
  }
  return signOf(sumOf([total, change])) > 0 || paysOtherwise ? "contraction" : "churn";
}

const keyOf = ({ offerId, planId, channel, currency }: MoneyKey): MoneyKey => ({ offerId, planId, channel, currency });

const move = (key: MoneyKey, amount: string): Movement => ({ ...keyOf(key), kind: "moved", amount });

function isSameKey(one: MoneyKey, other: MoneyKey): boolean {
  return one.offerId === other.offerId && one.planId === other.planId && one.channel === other.channel;
}
