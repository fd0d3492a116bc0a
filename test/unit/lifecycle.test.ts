import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accessOf,
  isKnownTransition,
  lifecycle,
  lifecycleActions,
  type LifecycleAction,
  type SubscriptionStatus,
  subscriptionStatuses,
} from "../../shared/lifecycle.ts";

const action = fc.constantFrom(...lifecycleActions);

/** What Microsoft does with an action: it happens where the table allows it, and not elsewhere. */
function after(status: SubscriptionStatus, act: LifecycleAction): SubscriptionStatus {
  return lifecycle[act].from.includes(status) ? lifecycle[act].to : status;
}

describe("the lifecycle table", () => {
  test("covers all sequences of actions", () => {
    fc.assert(
      fc.property(fc.constantFrom(...subscriptionStatuses), fc.array(action, { maxLength: 30 }), (start, actions) => {
        let status = start;
        for (const act of actions) {
          const next = after(status, act);
          expect(subscriptionStatuses).toContain(next);
          expect(isKnownTransition(status, next)).toBe(true);
          status = next;
        }
      }),
    );
  });

  test("has Unsubscribed as a final status", () => {
    for (const act of lifecycleActions) expect(after("Unsubscribed", act)).toBe("Unsubscribed");
    expect(subscriptionStatuses.filter((to) => isKnownTransition("Unsubscribed", to))).toEqual(["Unsubscribed"]);
  });

  test("leads from all statuses to Unsubscribed, and reaches all statuses", () => {
    for (const status of subscriptionStatuses) expect(after(status, "Unsubscribe")).toBe("Unsubscribed");
    const reached = new Set<SubscriptionStatus>(["PendingFulfillmentStart"]);
    for (const act of lifecycleActions) reached.add(lifecycle[act].to);
    expect([...reached].toSorted()).toEqual([...subscriptionStatuses].toSorted());
  });

  test("has answers only for customers' changes of plan and seats", () => {
    expect(lifecycleActions.filter((act) => lifecycle[act].acknowledge === "required")).toEqual([
      "ChangePlan",
      "ChangeQuantity",
    ]);
  });

  test("gives full access only if Microsoft bills and there is no hold", () => {
    for (const status of subscriptionStatuses) {
      for (const isOnHold of [true, false]) {
        expect(accessOf(status, isOnHold) === "full").toBe(status === "Subscribed" && !isOnHold);
      }
    }
  });
});
