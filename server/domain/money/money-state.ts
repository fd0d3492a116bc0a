/** Whether a subscription's money recurs, and who sold it. */
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { MoneyState, SalesChannel } from "../../../shared/money.ts";

type Facts = {
  status: SubscriptionStatus;
  isFreeTrial: boolean;
  autoRenews: boolean | null;
  isTest: boolean;
};

/** A suspended subscription counts until Microsoft ends it, as does one that will not renew until its term ends. */
export function moneyState({ status, isFreeTrial, autoRenews, isTest }: Facts): MoneyState {
  if (isTest) return "test";
  if (status === "Unsubscribed") return "ended";
  if (status === "PendingFulfillmentStart") return "pending";
  if (isFreeTrial) return "trial";
  if (status === "Suspended") return "suspended";
  return autoRenews === false ? "ending" : "recurring";
}

export function salesChannel(isReseller: boolean | null): SalesChannel {
  return isReseller === null ? "unknown" : isReseller ? "reseller" : "direct";
}
