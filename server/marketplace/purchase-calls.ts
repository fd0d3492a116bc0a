/** The call that turns a purchase token into a subscription. */

import { isFields, readField } from "./parse-response.ts";
import type { Call } from "./call.ts";
import { type ReadCalls, subscriptions } from "./read-calls.ts";
import { readGuid, readId, readQuantity } from "./read-values.ts";
import { readSubscription } from "./read-subscription.ts";
import type { Marketplace, ResolvedPurchase } from "./types.ts";

/** Only where the caller gives it this time: a purchaser's page waits less. */
const maxResolveMs = 30_000;

export function createPurchaseCalls({ read }: ReadCalls): Pick<Marketplace, "resolve"> {
  return {
    resolve(token, o) {
      // A purchase token contains no spaces: decoding twice turned its plus signs into them.
      const purchaseToken = token.trim().replaceAll(" ", "+");
      const path = [...subscriptions, "resolve"];
      const call: Call = {
        name: "Resolve",
        method: "POST",
        path,
        purchaseToken,
        effect: "none",
        maxAttemptMs: maxResolveMs,
      };
      return read(call, o, readPurchase);
    },
  };
}

/**
 * Microsoft has omitted the nested subscription at times, and the two quantities can differ. Only the id is needed: what was bought
 * is read with Get Subscription.
 */
function readPurchase(value: unknown): ResolvedPurchase | null {
  if (!isFields(value)) return null;
  const subscription = readSubscription(readField(value, "subscription"));
  const subscriptionId = readGuid(readField(value, "id")) ?? subscription?.id ?? null;
  const offerId = readId(readField(value, "offerId")) ?? subscription?.offerId ?? null;
  const planId = readId(readField(value, "planId")) ?? subscription?.planId ?? null;
  if (subscriptionId === null) return null;
  const name = readId(readField(value, "subscriptionName")) ?? subscription?.name ?? "";
  const quantity = readQuantity(readField(value, "quantity")) ?? subscription?.quantity ?? null;
  return { subscriptionId, offerId, planId, name, quantity, subscription };
}
