/** Which emails about a subscription can be true. */
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import type { PurchaserMailKind } from "../../shared/notifications.ts";

export type TermFacts = { status: SubscriptionStatus; termEndsOn: string | null; isFreeTrial: boolean };

/** Whether a template fits the subscription's state. Staff can write the automatic emails at any time. */
export function fitsTemplate(kind: PurchaserMailKind, { status, termEndsOn, isFreeTrial }: TermFacts): boolean {
  const isEnding = status === "Subscribed" && termEndsOn !== null;
  if (kind === "trial_ends") return isEnding && isFreeTrial;
  if (kind === "term_ends") return isEnding && !isFreeTrial;
  return true;
}
