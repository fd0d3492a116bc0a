/** Microsoft's SaaS Fulfillment APIs, version 2, wire version 2018-08-31: one function per call. */

import { plainGuid } from "../../shared/guid.ts";
import { isFields, readContinuation, readField, readNextLink, rowsOf } from "./parse-response.ts";
import type { CallerOptions } from "./caller.ts";
import type { Call } from "./call.ts";
import { errorOfUnreadable } from "./failures.ts";
import { createOperationCalls } from "./operation-calls.ts";
import { createReadCalls, subscriptions } from "./read-calls.ts";
import { readGuid, readId, readQuantity } from "./read-values.ts";
import { readPlan } from "./read-plan.ts";
import { readSubscription } from "./read-subscription.ts";
import type { CallOptions, Marketplace, MarketplaceSubscription, ResolvedPurchase } from "./types.ts";
import { createUsageCalls } from "./usage-calls.ts";

/** Only where the caller gives it this time: a purchaser's page waits less. */
const maxResolveMs = 30_000;

/**
 * `baseUrl` ends in `/api`. `getToken` returns the fulfillment app's token; `forgetToken` drops it, once, after a
 * 401 or 403. `onCall` receives each attempt, without tokens and bodies.
 */
export function createMarketplace(options: CallerOptions): Marketplace {
  const calls = createReadCalls(options);
  const { send, jsonOf, read, rows, change } = calls;

  async function getSubscription(id: string, o?: CallOptions): Promise<MarketplaceSubscription> {
    const call: Call = { name: "Get subscription", method: "GET", path: [...subscriptions, id], effect: "none" };
    return read(call, o, (value, answer) => {
      const found = readSubscription(value);
      // For example from the cache of a proxy: applied, it would change another customer's subscription.
      if (found !== null && found.id !== plainGuid(id))
        throw errorOfUnreadable(call, answer, "It is about another subscription.");
      return found;
    });
  }

  return {
    ...createOperationCalls(calls),
    ...createUsageCalls(calls),

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

    async activate(id, planId, quantity, o) {
      return change(
        {
          name: "Activate",
          method: "POST",
          path: [...subscriptions, id, "activate"],
          // Microsoft ignores the body; its emulator rejects a call without the plan.
          body: { planId, ...(quantity === null ? {} : { quantity }) },
          effect: "repeatable",
          isDone: async (inner) => (await getSubscription(id, inner)).status === "Subscribed",
        },
        o,
      );
    },

    getSubscription,

    async listSubscriptions(continuation, o) {
      const query = continuation === null ? "" : `continuationToken=${encodeURIComponent(continuation)}`;
      const call: Call = {
        name: "List subscriptions",
        method: "GET",
        path: subscriptions,
        query,
        effect: "none",
        isLong: true,
      };
      const answer = await send(call, o);
      const value = jsonOf(answer, call);
      const found = rowsOf(value, "subscriptions");
      const readable = found.map(readSubscription).filter((subscription) => subscription !== null);
      const next = nextOf(value, (why) => errorOfUnreadable(call, answer, why));
      return { subscriptions: readable, next, unreadable: found.length - readable.length };
    },

    async listAvailablePlans(id, o) {
      const path = [...subscriptions, id, "listAvailablePlans"];
      const query = o?.planId === undefined ? "" : `planId=${encodeURIComponent(o.planId)}`;
      const call: Call = { name: "List available plans", method: "GET", path, query, effect: "none" };
      const plans = await rows(call, o, "plans");
      return plans.map(readPlan).filter((plan) => plan !== null);
    },

    changePlan(id, planId, o) {
      const path = [...subscriptions, id];
      return change({ name: "Change plan", method: "PATCH", path, body: { planId }, effect: "once" }, o);
    },

    changeQuantity(id, quantity, o) {
      const path = [...subscriptions, id];
      return change({ name: "Change quantity", method: "PATCH", path, body: { quantity }, effect: "once" }, o);
    },

    cancel(id, o) {
      return change({ name: "Cancel", method: "DELETE", path: [...subscriptions, id], effect: "once" }, o);
    },
  };

  function nextOf(value: unknown, refuse: (why: string) => Error): string | null {
    const link = readNextLink(value);
    if (link === null) return null;
    const next = readContinuation(link, options.baseUrl);
    if ("refused" in next) throw refuse(next.refused);
    return next.token;
  }
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
