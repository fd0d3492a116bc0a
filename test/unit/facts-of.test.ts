import { describe, expect, test } from "vitest";
import { factsOf } from "../../server/commands/operations/facts-of.ts";
import { differingFacts } from "../../server/domain/subscription.ts";
import { readSubscription } from "../../server/marketplace/read-subscription.ts";

/** As Get Subscription writes it. */
const response = {
  id: "S1",
  name: "One",
  publisherId: "contoso",
  offerId: "insight",
  planId: "team",
  quantity: 5,
  saasSubscriptionStatus: "Subscribed",
  beneficiary: { emailId: "ada@fabrikam.example", objectId: "o-1", tenantId: "aaaa-1111" },
  purchaser: { emailId: "buyer@reseller.example", objectId: "o-2", tenantId: "bbbb-2222" },
  term: { termUnit: "P1Y", startDate: "2027-03-09T00:00:00Z", endDate: "2028-03-08T00:00:00Z" },
  autoRenew: true,
  isFreeTrial: true,
  isTest: true,
  allowedCustomerOperations: ["Delete", "Update", "Read"],
  created: "2027-03-09T10:11:12.3456789Z",
};
const read = (value: object) => readSubscription(value)!;
const current = { ...factsOf(read(response), null), personErasedAt: null };
const changedBy = (others: object) => differingFacts(current, factsOf(read({ ...response, ...others }), current));

describe("B6: a value that Microsoft omits or leaves blank", () => {
  const parts = Object.keys(response).filter((name) => name !== "id");

  test.each(parts)("as %s changes nothing", (name) => {
    for (const blank of [undefined, null, "", "  ", {}, []]) expect(changedBy({ [name]: blank })).toEqual([]);
  });

  test.each(["beneficiary", "purchaser"] as const)("can be each field of the %s", (name) => {
    for (const field of ["emailId", "objectId", "tenantId"])
      for (const blank of [undefined, null, ""])
        expect(changedBy({ [name]: { ...response[name], [field]: blank } })).toEqual([]);
  });

  test("can be everything except the id", () => {
    expect(differingFacts(current, factsOf(read({ id: "S1" }), current))).toEqual([]);
  });

  test("keeps the unknown status of the previous response", () => {
    const paused = { ...current, unrecognisedStatus: "Paused" };
    expect(factsOf(read({ ...response, saasSubscriptionStatus: "" }), paused).unrecognisedStatus).toBe("Paused");
    expect(factsOf(read(response), paused).unrecognisedStatus).toBeNull();
  });

  test("of another party does not keep the previous party's values", () => {
    const facts = factsOf(read({ ...response, beneficiary: { tenantId: "cccc-3333" } }), current);
    expect(facts).toMatchObject({
      beneficiaryTenantId: "cccc-3333",
      beneficiaryEmail: null,
      beneficiaryObjectId: null,
    });
  });

  test("of another plan does not keep the seats", () => {
    expect(factsOf(read({ ...response, planId: "flat", quantity: "" }), current).quantity).toBeNull();
    expect(factsOf(read({ ...response, planId: "business", quantity: 9 }), current).quantity).toBe(9);
  });

  test("does not affect values that are stated", () => {
    expect(changedBy({ autoRenew: false, isFreeTrial: false, isTest: false })).toEqual([
      "autoRenews",
      "isFreeTrial",
      "isTest",
    ]);
    expect(changedBy({ allowedCustomerOperations: ["Read"] })).toEqual(["allowedCustomerOperations"]);
  });
});

describe("B16: the same value in another format", () => {
  test.each<[string, object]>([
    ["days for instants", { term: { ...response.term, startDate: "2027-03-09", endDate: "2028-03-08" } }],
    ["the purchase as a day", { created: "2027-03-09" }],
    ["the purchase without fractions", { created: "2027-03-09T10:11:12" }],
    ["text for a number", { quantity: "5" }],
    ["text for yes and no", { autoRenew: "true", isFreeTrial: "True", isTest: "TRUE" }],
    ["months for a year", { term: { ...response.term, termUnit: "P12M" } }],
    ["other capitals and blanks", { saasSubscriptionStatus: " subscribed ", planId: "Team ", offerId: "INSIGHT" }],
    [
      "other capitals in ids",
      { beneficiary: { ...response.beneficiary, tenantId: "AAAA-1111", emailId: "Ada@Fabrikam.example" } },
    ],
    ["operations in another order", { allowedCustomerOperations: ["read", "update", "delete", "Read"] }],
  ])("is no difference: %s", (_, others) => {
    expect(changedBy(others)).toEqual([]);
  });

  test("differs in day, second or term to be a difference", () => {
    expect(changedBy({ created: "2027-03-10" })).toEqual(["purchasedAt"]);
    expect(changedBy({ term: { ...response.term, termUnit: "P1M" } })).toEqual(["termUnit"]);
  });
});
