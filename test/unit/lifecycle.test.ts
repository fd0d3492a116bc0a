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
  test("no sequence of actions leaves it", () => {
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

  test("Unsubscribed is final", () => {
    for (const act of lifecycleActions) expect(after("Unsubscribed", act)).toBe("Unsubscribed");
    expect(subscriptionStatuses.filter((to) => isKnownTransition("Unsubscribed", to))).toEqual(["Unsubscribed"]);
  });

  test("every other status can end, and every status can be reached", () => {
    for (const status of subscriptionStatuses) expect(after(status, "Unsubscribe")).toBe("Unsubscribed");
    const reached = new Set<SubscriptionStatus>(["PendingFulfillmentStart"]);
    for (const act of lifecycleActions) reached.add(lifecycle[act].to);
    expect([...reached].toSorted()).toEqual([...subscriptionStatuses].toSorted());
  });

  test("only customers' changes of plan and seats are waited for", () => {
    expect(lifecycleActions.filter((act) => lifecycle[act].acknowledge === "required")).toEqual([
      "ChangePlan",
      "ChangeQuantity",
    ]);
  });

  test("access is full only when Microsoft bills and nothing holds", () => {
    for (const status of subscriptionStatuses) {
      for (const isOnHold of [true, false]) {
        expect(accessOf(status, isOnHold) === "full").toBe(status === "Subscribed" && !isOnHold);
      }
    }
  });
});
