/** Which emails about a subscription can be true. */
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import type { PurchaserMailKind } from "../../shared/notifications.ts";

export type TermFacts = { status: SubscriptionStatus; termEndsOn: string | null; isFreeTrial: boolean };

/** Whether a template is offered. Staff can write the automatic emails at any time, because they read the text. */
export function fitsTemplate(kind: PurchaserMailKind, { status, termEndsOn, isFreeTrial }: TermFacts): boolean {
  const isEnding = status === "Subscribed" && termEndsOn !== null;
  if (kind === "trial_ends") return isEnding && isFreeTrial;
  if (kind === "term_ends") return isEnding && !isFreeTrial;
  return true;
}

/** Whether the template's text is true now: a bulk action sends it to many, and no one reads each. */
export function isTrueNow(kind: PurchaserMailKind, facts: TermFacts & { autoRenews: boolean | null }): boolean {
  const { status, termEndsOn, autoRenews } = facts;
  switch (kind) {
    case "received":
    case "waiting":
      return status === "PendingFulfillmentStart";
    case "active":
      return status === "Subscribed";
    case "failed":
      return status === "PendingFulfillmentStart" || status === "Unsubscribed";
    case "payment_failed":
      return status === "Suspended";
    case "lapsing":
      return (
        status === "PendingFulfillmentStart" ||
        status === "Suspended" ||
        (status === "Subscribed" && autoRenews === false && termEndsOn !== null)
      );
    case "trial_ends":
    case "term_ends":
      return fitsTemplate(kind, facts);
  }
}
