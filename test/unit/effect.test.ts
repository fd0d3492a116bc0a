import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { effectTimeoutMs, type ExpectedEffect, delayBeforeCheck, showsEffect } from "../../server/domain/effect.ts";
import type { SubscriptionFacts } from "../../server/domain/subscription.ts";

const at = new Date("2027-03-09T08:00:00Z");
const facts: SubscriptionFacts = {
  name: "One",
  publisherId: "contoso",
  offerId: "insight",
  planId: "team",
  quantity: 5,
  status: "Subscribed",
  unrecognisedStatus: null,
  beneficiaryEmail: null,
  beneficiaryObjectId: null,
  beneficiaryTenantId: null,
  purchaserEmail: null,
  purchaserObjectId: null,
  purchaserTenantId: null,
  termUnit: "P1M",
  termStartsOn: dayFrom("2027-02-09"),
  termEndsOn: dayFrom("2027-03-08"),
  autoRenews: true,
  isFreeTrial: false,
  isTest: false,
  sandboxType: null,
  sessionMode: null,
  allowedCustomerOperations: ["Read"],
  purchasedAt: null,
};
const effect = (action: string, others: Partial<ExpectedEffect> = {}): ExpectedEffect => ({
  action,
  planId: null,
  quantity: null,
  termEndsOn: null,
  at,
  ...others,
});
const shows = (
  expected: ExpectedEffect,
  seen: Partial<SubscriptionFacts>,
  previous: SubscriptionFacts | null = facts,
) => showsEffect(expected, { ...facts, ...seen }, previous);

describe("A4: whether a subscription shows an operation's effect", () => {
  test.each<[string, ExpectedEffect, Partial<SubscriptionFacts>, Partial<SubscriptionFacts>]>([
    ["Subscribe", effect("Subscribe"), { status: "PendingFulfillmentStart" }, { status: "Subscribed" }],
    ["Suspend", effect("Suspend"), { status: "Subscribed" }, { status: "Suspended" }],
    ["Reinstate", effect("Reinstate"), { status: "Suspended" }, { status: "Subscribed" }],
    ["Unsubscribe", effect("Unsubscribe"), { status: "Suspended" }, { status: "Unsubscribed" }],
    ["ChangePlan", effect("ChangePlan", { planId: "business" }), { planId: "team" }, { planId: "business" }],
    [
      "ChangePlan, written otherwise",
      effect("ChangePlan", { planId: "Gold" }),
      { planId: "silver" },
      { planId: "gold" },
    ],
    ["ChangeQuantity", effect("ChangeQuantity", { quantity: 9 }), { quantity: 5 }, { quantity: 9 }],
    ["Renew", effect("Renew"), {}, { termEndsOn: dayFrom("2027-04-08") }],
    [
      "Renew whose webhook names the term",
      effect("Renew", { termEndsOn: dayFrom("2027-05-08") }),
      { termEndsOn: dayFrom("2027-04-08") },
      { termEndsOn: dayFrom("2027-05-08") },
    ],
  ])("%s", (_, expected, before, after) => {
    expect(shows(expected, before)).toBe(false);
    expect(shows(expected, after)).toBe(true);
  });

  test("is yes for all operations once it has ended: nothing more can come", () => {
    for (const action of ["Subscribe", "Suspend", "Reinstate", "Renew"])
      expect(shows(effect(action), { status: "Unsubscribed" })).toBe(true);
    expect(shows(effect("ChangePlan", { planId: "business" }), { status: "Unsubscribed" })).toBe(true);
  });

  test("is yes for a renewal that was applied before its webhook arrived", () => {
    const renewed = { ...facts, termEndsOn: dayFrom("2027-04-08") };
    expect(shows(effect("Renew"), renewed, renewed)).toBe(true);
  });

  test.each(["Unsubscribe", "Suspend", "Reinstate", "Subscribe"])("%s is not shown by an unknown status", (action) => {
    for (const status of ["PendingFulfillmentStart", "Subscribed", "Suspended"] as const)
      expect(shows(effect(action), { status, unrecognisedStatus: "Paused" })).toBe(false);
    expect(shows(effect(action), { status: "Unsubscribed" })).toBe(true);
  });

  test("is yes for values that were never stated", () => {
    expect(shows(effect("ChangePlan"), {})).toBe(true);
    expect(shows(effect("Transfer"), {})).toBe(true);
  });

  test("is checked after half a second at first, and at least every minute", () => {
    const pauses = Array.from({ length: 40 }, (_, looks) => delayBeforeCheck(looks));
    expect(pauses[0]).toBe(500);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(60_000);
    let passed = 0;
    const looks = pauses.findIndex((pause) => (passed += pause) >= effectTimeoutMs);
    expect(looks).toBeLessThan(25);
  });
});
