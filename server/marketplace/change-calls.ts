/** The calls that change subscriptions. */

import { type ReadCalls, subscriptions } from "./read-calls.ts";
import type { Marketplace } from "./types.ts";

type Changes = Pick<Marketplace, "activate" | "changePlan" | "changeQuantity" | "cancel">;

/** @param getSubscription tells whether an activation without an answer has happened */
export function createChangeCalls({ change }: ReadCalls, getSubscription: Marketplace["getSubscription"]): Changes {
  return {
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
}
