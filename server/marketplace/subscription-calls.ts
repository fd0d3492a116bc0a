/** The calls that read subscriptions and their plans. */

import { plainGuid } from "../../shared/guid.ts";
import type { Call } from "./call.ts";
import { errorOfUnreadable } from "./failures.ts";
import { readContinuation, readNextLink, rowsOf } from "./parse-response.ts";
import { type ReadCalls, subscriptions } from "./read-calls.ts";
import { readPlan } from "./read-plan.ts";
import { readSubscription } from "./read-subscription.ts";
import type { Marketplace } from "./types.ts";

/** @param baseUrl ends in `/api` */
export function createSubscriptionCalls(
  { send, jsonOf, read, rows }: ReadCalls,
  baseUrl: string,
): Pick<Marketplace, "getSubscription" | "listSubscriptions" | "listAvailablePlans"> {
  return {
    async getSubscription(id, o) {
      const call: Call = { name: "Get subscription", method: "GET", path: [...subscriptions, id], effect: "none" };
      return read(call, o, (value, answer) => {
        const found = readSubscription(value);
        // For example from the cache of a proxy: applied, it would change another customer's subscription.
        if (found !== null && found.id !== plainGuid(id))
          throw errorOfUnreadable(call, answer, "It is about another subscription.");
        return found;
      });
    },

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
      const next = nextOf(value, baseUrl, (why) => errorOfUnreadable(call, answer, why));
      return { subscriptions: readable, next, unreadable: found.length - readable.length };
    },

    async listAvailablePlans(id, o) {
      const path = [...subscriptions, id, "listAvailablePlans"];
      const query = o?.planId === undefined ? "" : `planId=${encodeURIComponent(o.planId)}`;
      const call: Call = { name: "List available plans", method: "GET", path, query, effect: "none" };
      const plans = await rows(call, o, "plans");
      return plans.map(readPlan).filter((plan) => plan !== null);
    },
  };
}

function nextOf(value: unknown, baseUrl: string, refuse: (why: string) => Error): string | null {
  const link = readNextLink(value);
  if (link === null) return null;
  const next = readContinuation(link, baseUrl);
  if ("refused" in next) throw refuse(next.refused);
  return next.token;
}
