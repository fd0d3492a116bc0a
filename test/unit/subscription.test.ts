import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { lifecycle, lifecycleActions, type SubscriptionStatus, subscriptionStatuses } from "../../shared/lifecycle.ts";
import { roles } from "../../shared/roles.ts";
import {
  actionsFor,
  changesBetween,
  differingFacts,
  type SubscriptionFacts,
  blockedReasonOf,
} from "../../server/domain/subscription.ts";

const facts: SubscriptionFacts = {
  name: "Fabrikam",
  publisherId: "contoso",
  offerId: "insight",
  planId: "team",
  quantity: 5,
  status: "Subscribed",
  unrecognisedStatus: null,
  beneficiaryEmail: "ada@fabrikam.example",
  beneficiaryObjectId: "o",
  beneficiaryTenantId: "t",
  purchaserEmail: "ada@fabrikam.example",
  purchaserObjectId: "o",
  purchaserTenantId: "t",
  termUnit: "P1M",
  termStartsOn: dayFrom("2026-11-01"),
  termEndsOn: dayFrom("2026-11-30"),
  autoRenews: true,
  isFreeTrial: false,
  isTest: false,
  sandboxType: null,
  sessionMode: null,
  allowedCustomerOperations: ["Read", "Update", "Delete"],
  purchasedAt: new Date("2026-10-01T00:00:00Z"),
};

const someFacts = fc.record({
  planId: fc.constantFrom("team", "business"),
  quantity: fc.option(fc.integer({ min: 1, max: 9 })),
  status: fc.constantFrom(...subscriptionStatuses),
  autoRenews: fc.option(fc.boolean()),
  isFreeTrial: fc.boolean(),
  termEndsOn: fc.option(fc.constantFrom(dayFrom("2026-11-30"), dayFrom("2026-12-31"))),
  name: fc.constantFrom("Fabrikam", "Fabrikam Ltd"),
});

describe("the difference between our copy and Microsoft's", () => {
  test("is empty after it was applied", () => {
    fc.assert(
      fc.property(someFacts, someFacts, (a, b) => {
        const truth = { ...facts, ...b };
        expect(changesBetween({ ...facts, ...a }, truth).length > 0).toBe(
          differingFacts({ ...facts, ...a }, truth).length > 0,
        );
        expect(changesBetween(truth, truth)).toEqual([]);
      }),
    );
  });

  test("has each changed value on exactly one line", () => {
    fc.assert(
      fc.property(someFacts, someFacts, (a, b) => {
        const current = { ...facts, ...a };
        const truth = { ...facts, ...b };
        const named = changesBetween(current, truth).flatMap((change) => Object.keys(change.after));
        expect(named.toSorted()).toEqual(differingFacts(current, truth).toSorted());
      }),
    );
  });

  test("does not include the order of the customer's permissions", () => {
    expect(differingFacts(facts, { ...facts, allowedCustomerOperations: ["Delete", "Read", "Update"] })).toEqual([]);
  });

  test("is applied and flagged if the lifecycle does not allow the transition", () => {
    const [change] = changesBetween({ ...facts, status: "Unsubscribed" }, facts);
    expect(change).toMatchObject({ kind: "subscription.unexpected_transition", after: { status: "Subscribed" } });
  });

  test("has a sentence of its own for each action", () => {
    for (const action of lifecycleActions) {
      for (const from of lifecycle[action].from) {
        const to = lifecycle[action].to;
        const lines = changesBetween({ ...facts, status: from }, { ...facts, status: to });
        expect(lines.map((line) => line.kind)).not.toContain("subscription.unexpected_transition");
        expect(lines).toHaveLength(from === to ? 0 : 1);
      }
    }
  });
});

describe("the actions of staff", () => {
  const withStatus = (status: SubscriptionStatus) => ({ ...facts, status, isOnHold: false, openActions: [] });

  test("have a reason if they are not possible", () => {
    for (const status of subscriptionStatuses) {
      for (const role of roles) {
        for (const { isPossible, blockedReason: reason } of actionsFor(withStatus(status), role)) {
          expect(isPossible).toBe(reason === null);
        }
      }
    }
  });

  test("are impossible on a subscription that has ended", () => {
    expect(actionsFor(withStatus("Unsubscribed"), "admin").some((action) => action.isPossible)).toBe(false);
  });

  test("are not for viewers, and canceling is for admins", () => {
    expect(actionsFor(withStatus("Subscribed"), "viewer").some((action) => action.isPossible)).toBe(false);
    expect(blockedReasonOf("cancel", withStatus("Subscribed"), "operator")).toMatch(/needs the role admin/);
    expect(blockedReasonOf("cancel", withStatus("Subscribed"), "admin")).toBeNull();
  });

  test("case 16: do not include plan, seats and cancellation for a reseller's subscription", () => {
    const readOnly = { ...withStatus("Subscribed"), allowedCustomerOperations: ["Read"] };
    const reseller = { ...readOnly, purchaserTenantId: "reseller", beneficiaryTenantId: "customer" };
    for (const action of ["changePlan", "changeQuantity", "cancel"] as const) {
      expect(blockedReasonOf(action, reseller, "admin")).toMatch(/reseller/);
    }
  });

  test("B6: name a reseller only if one is known, and refuse nothing that Microsoft has not stated", () => {
    const readOnly = { ...withStatus("Subscribed"), allowedCustomerOperations: ["Read"] };
    const unsaid = { ...withStatus("Subscribed"), allowedCustomerOperations: [] };
    for (const action of ["changePlan", "changeQuantity", "cancel"] as const) {
      for (const tenants of [
        { purchaserTenantId: null, beneficiaryTenantId: null },
        { purchaserTenantId: null, beneficiaryTenantId: "customer" },
        { purchaserTenantId: "customer", beneficiaryTenantId: "customer" },
      ]) {
        expect(blockedReasonOf(action, { ...readOnly, ...tenants }, "admin")).toMatch(/^Microsoft does not allow/);
        expect(blockedReasonOf(action, { ...unsaid, ...tenants }, "admin")).toBeNull();
      }
    }
  });

  test("case 46: can wait behind a change in progress, but not the same change twice", () => {
    const changing = { ...withStatus("Subscribed"), openActions: ["ChangeQuantity"] };
    expect(blockedReasonOf("changeQuantity", changing, "admin")).toMatch(/in progress/);
    expect(blockedReasonOf("changePlan", changing, "admin")).toBeNull();
    const ending = { ...withStatus("Subscribed"), openActions: ["Unsubscribe"] };
    expect(blockedReasonOf("changePlan", ending, "admin")).toMatch(/in progress/);
  });
});
