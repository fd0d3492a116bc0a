import { describe, expect, test } from "vitest";
import { factsOf } from "../../server/commands/operations/facts-of.ts";
import { differingFacts } from "../../server/domain/subscription.ts";
import { readSubscription } from "../../server/marketplace/parse-payload.ts";

/** As Get Subscription writes it. */
const said = {
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
const held = { ...factsOf(read(said), null), personErasedAt: null };
const changedBy = (others: object) => differingFacts(held, factsOf(read({ ...said, ...others }), held));

describe("B6: what Microsoft leaves out or blank is not said", () => {
  const parts = Object.keys(said).filter((name) => name !== "id");

  test.each(parts)("%s absent, null or blank changes nothing", (name) => {
    for (const unsaid of [undefined, null, "", "  ", {}, []]) expect(changedBy({ [name]: unsaid })).toEqual([]);
  });

  test.each(["beneficiary", "purchaser"] as const)("each field of the %s alone", (name) => {
    for (const field of ["emailId", "objectId", "tenantId"])
      for (const unsaid of [undefined, null, ""])
        expect(changedBy({ [name]: { ...said[name], [field]: unsaid } })).toEqual([]);
  });

  test("everything but the id", () => {
    expect(differingFacts(held, factsOf(read({ id: "S1" }), held))).toEqual([]);
  });

  test("a status that the desk does not know stays noted when the next answer names none", () => {
    const paused = { ...held, unrecognisedStatus: "Paused" };
    expect(factsOf(read({ ...said, saasSubscriptionStatus: "" }), paused).unrecognisedStatus).toBe("Paused");
    expect(factsOf(read(said), paused).unrecognisedStatus).toBeNull();
  });

  test("of another party nothing of the former one is kept", () => {
    const facts = factsOf(read({ ...said, beneficiary: { tenantId: "cccc-3333" } }), held);
    expect(facts).toMatchObject({
      beneficiaryTenantId: "cccc-3333",
      beneficiaryEmail: null,
      beneficiaryObjectId: null,
    });
  });

  test("of another plan the seats are not kept", () => {
    expect(factsOf(read({ ...said, planId: "flat", quantity: "" }), held).quantity).toBeNull();
    expect(factsOf(read({ ...said, planId: "business", quantity: 9 }), held).quantity).toBe(9);
  });

  test("what is said is taken", () => {
    expect(changedBy({ autoRenew: false, isFreeTrial: false, isTest: false })).toEqual([
      "autoRenews",
      "isFreeTrial",
      "isTest",
    ]);
    expect(changedBy({ allowedCustomerOperations: ["Read"] })).toEqual(["allowedCustomerOperations"]);
  });
});

describe("B16: the same in another form is no difference", () => {
  test.each<[string, object]>([
    ["days for instants", { term: { ...said.term, startDate: "2027-03-09", endDate: "2028-03-08" } }],
    ["the purchase as a day", { created: "2027-03-09" }],
    ["the purchase without fractions", { created: "2027-03-09T10:11:12" }],
    ["text for a number", { quantity: "5" }],
    ["text for yes and no", { autoRenew: "true", isFreeTrial: "True", isTest: "TRUE" }],
    ["months for a year", { term: { ...said.term, termUnit: "P12M" } }],
    ["other capitals and blanks", { saasSubscriptionStatus: " subscribed ", planId: "Team ", offerId: "INSIGHT" }],
    [
      "other capitals in ids",
      { beneficiary: { ...said.beneficiary, tenantId: "AAAA-1111", emailId: "Ada@Fabrikam.example" } },
    ],
    ["operations in another order", { allowedCustomerOperations: ["read", "update", "delete", "Read"] }],
  ])("%s", (_, others) => {
    expect(changedBy(others)).toEqual([]);
  });

  test("another day, second or term is one", () => {
    expect(changedBy({ created: "2027-03-10" })).toEqual(["purchasedAt"]);
    expect(changedBy({ term: { ...said.term, termUnit: "P1M" } })).toEqual(["termUnit"]);
  });
});
