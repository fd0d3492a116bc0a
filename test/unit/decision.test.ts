import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptsAll, type ChangeRule, limitsInWords, type RuleLimits } from "../../shared/change-rules.ts";
import { activeVersion } from "../../shared/scope.ts";
import { previewRuleInput, setRuleInput } from "../../shared/inputs/change-rules.ts";
import { acceptedInstead, type ChangeRequest, decide, decisionAfterOutcome } from "../../server/domain/decision.ts";
import { withNames } from "../../server/domain/name-marks.ts";
import { type CustomerChanges, testCandidate } from "../../server/domain/rule-preview.ts";

const plans = ["team", "business", "enterprise"];
const seats = fc.integer({ min: 1, max: 60 });

const someLimits: fc.Arbitrary<RuleLimits> = fc
  .tuple(fc.option(fc.subarray(plans)), fc.option(seats), fc.option(seats))
  .map(([allowedPlans, one, other]) => ({
    allowedPlans,
    minQuantity: one !== null && other !== null ? Math.min(one, other) : one,
    maxQuantity: one !== null && other !== null ? Math.max(one, other) : other,
  }));

const scopes = [
  { offerId: null, planId: null },
  { offerId: "insight", planId: null },
  { offerId: "insight", planId: "team" },
  { offerId: "vault", planId: null },
];
const noLimits: RuleLimits = { allowedPlans: null, minQuantity: null, maxQuantity: null };

/** A history of rules, as versions 1, 2, 3 and so on. */
const someVersions: fc.Arbitrary<ChangeRule[]> = fc
  .array(fc.tuple(fc.constantFrom(...scopes), someLimits, fc.boolean()), { maxLength: 8 })
  .map((drawn) =>
    drawn.map(([scope, limits, follows], index) => {
      const followsWider = follows && scope.offerId !== null;
      return {
        id: `rule-${index + 1}`,
        version: index + 1,
        ...scope,
        followsWider,
        ...(followsWider ? noLimits : limits),
      };
    }),
  );

const someRequest: fc.Arbitrary<ChangeRequest> = fc.oneof(
  fc.record({
    action: fc.constant("ChangePlan"),
    planId: fc.constantFrom(...plans, "unheard-of"),
    quantity: fc.option(seats),
  }),
  fc.record({ action: fc.constant("ChangeQuantity"), planId: fc.constantFrom(...plans), quantity: seats }),
);

const rule = (limits: Partial<ChangeRule> = {}): ChangeRule => ({
  id: "rule-4",
  version: 4,
  offerId: "insight",
  planId: "team",
  followsWider: false,
  ...noLimits,
  ...limits,
});
const current = { planId: "team", quantity: 5 };

describe("the decision on a customer's change", () => {
  test("is to accept without a rule, by version 0", () => {
    fc.assert(
      fc.property(someRequest, (request) => {
        const { decision, rule: by } = decide(request, null, null);
        expect(decision).toBe("accept");
        expect(by).toEqual({ id: null, version: 0 });
      }),
    );
  });

  test("is to accept a return to the current values, even against the rule", () => {
    fc.assert(
      fc.property(someRequest, someLimits, (request, limits) => {
        const has = { planId: request.planId ?? "", quantity: request.quantity };
        expect(decide(request, has, rule(limits))).toMatchObject({ decision: "accept", rule: null });
      }),
    );
  });

  test("does not depend on how Microsoft writes a plan's id", () => {
    const change = (planId: string) => ({ action: "ChangePlan", planId, quantity: null });
    const onlyBusiness = rule({ allowedPlans: ["business"] });
    expect(decide(change("Business"), current, onlyBusiness).decision).toBe("accept");
    expect(decide(change("TEAM"), current, onlyBusiness)).toMatchObject({ decision: "accept", rule: null });
    expect(decide(change("Enterprise"), current, onlyBusiness).decision).toBe("reject");
  });

  test("is to accept a reinstatement, even against the rule", () => {
    fc.assert(
      fc.property(someLimits, (limits) => {
        const request = { action: "Reinstate", planId: "team", quantity: 5 };
        expect(decide(request, current, rule(limits)).decision).toBe("accept");
      }),
    );
  });

  test("is to reject exactly what is outside the rule's limits, and names the rule", () => {
    fc.assert(
      fc.property(someRequest, someLimits, (request, limits) => {
        const { decision, reason, rule: by } = decide(request, null, rule(limits));
        const isInside =
          request.action === "ChangePlan"
            ? limits.allowedPlans === null || limits.allowedPlans.includes(request.planId ?? "")
            : (limits.minQuantity === null || (request.quantity ?? 0) >= limits.minQuantity) &&
              (limits.maxQuantity === null || (request.quantity ?? 0) <= limits.maxQuantity);
        expect(decision).toBe(isInside ? "accept" : "reject");
        expect(by).toEqual({ id: "rule-4", version: 4 });
        expect(reason).toContain("version 4");
      }),
    );
  });

  test("to reject says what was requested and what is accepted", () => {
    const seatLimit = rule({ minQuantity: 1, maxQuantity: 50 });
    const withIds = ({ reason }: { reason: string }) => withNames(reason, []);
    expect(withIds(decide({ action: "ChangeQuantity", planId: "team", quantity: 60 }, current, seatLimit))).toBe(
      "Change rule version 4 (the plan team of insight) rejects changes to 60 seats; accepted: 1 to 50 seats.",
    );
    const path = rule({ planId: null, allowedPlans: [] });
    expect(withIds(decide({ action: "ChangePlan", planId: "business", quantity: 5 }, current, path))).toBe(
      "Change rule version 4 (all plans of insight) rejects changes to the plan business; accepted: no other plan.",
    );
  });

  test("is to accept values that Microsoft did not name, with a reason", () => {
    const strict = rule({ allowedPlans: [], minQuantity: 10 });
    for (const action of ["ChangePlan", "ChangeQuantity"]) {
      const decided = decide({ action, planId: null, quantity: null }, current, strict);
      expect(decided).toMatchObject({ decision: "accept", rule: { version: 4 } });
      expect(decided.reason).toMatch(/cannot be applied: Microsoft named no/);
    }
  });

  test("to reject that Microsoft did not wait for is shown as such", () => {
    expect(acceptedInstead("This rule rejects changes to 60 seats; accepted: 1 to 50 seats.")).toBe("1 to 50 seats");
    expect(acceptedInstead("Omar Haddad rejected this change.")).toBeNull();
    const refused = { decision: "reject" as const, decisionReason: "Change rule version 4 does not accept it." };
    expect(decisionAfterOutcome(refused, "rejected")).toBe(refused.decisionReason);
    expect(decisionAfterOutcome(refused, "succeeded")).toMatch(/came too late.*version 4/);
    expect(decisionAfterOutcome({ ...refused, decision: "accept" }, "succeeded")).toBeNull();
  });
});

describe("the active rule", () => {
  const team = { offerId: "insight", planId: "team" };

  test("is the latest version of the most specific scope with a rule of its own", () => {
    fc.assert(
      fc.property(someVersions, (versions) => {
        const found = activeVersion(versions, team);
        const latest = scopes
          .slice(0, 3)
          .toReversed()
          .map((scope) => versions.findLast((v) => v.offerId === scope.offerId && v.planId === scope.planId));
        expect(found).toEqual(latest.find((version) => version && !version.followsWider) ?? null);
      }),
    );
  });

  test("does not depend on rules of other offers and plans", () => {
    fc.assert(
      fc.property(someVersions, (versions) => {
        const related = versions.filter((version) => version.offerId !== "vault");
        expect(activeVersion(versions, team)).toEqual(activeVersion(related, team));
      }),
    );
  });

  test("of an unknown subscription is the rule for all offers", () => {
    const everywhere = rule({ offerId: null, planId: null, id: "rule-1", version: 1 });
    expect(activeVersion([everywhere, rule()], { offerId: null, planId: null })).toBe(everywhere);
  });
});

describe("a rule in words", () => {
  test("names plans and seats", () => {
    expect(limitsInWords(noLimits)).toBe("all plans; any number of seats");
    expect(limitsInWords({ allowedPlans: ["business"], minQuantity: 1, maxQuantity: 50 })).toBe(
      "business; 1 to 50 seats",
    );
    expect(limitsInWords({ allowedPlans: [], minQuantity: null, maxQuantity: 1 })).toBe(
      "no other plan; at most 1 seat",
    );
    expect(limitsInWords({ allowedPlans: null, minQuantity: 5, maxQuantity: 5 })).toBe("all plans; exactly 5 seats");
    expect(limitsInWords({ allowedPlans: null, minQuantity: 5, maxQuantity: null })).toBe(
      "all plans; at least 5 seats",
    );
  });

  test("is the same text only for rules that accept the same", () => {
    fc.assert(
      fc.property(someLimits, (limits) => {
        expect(limitsInWords(limits) === limitsInWords(noLimits)).toBe(acceptsAll(limits));
      }),
    );
  });
});

describe("the preview of a rule", () => {
  const someAsked: fc.Arbitrary<CustomerChanges> = fc
    .tuple(someRequest, fc.constantFrom("insight", "vault"), fc.constantFrom(...plans), fc.integer({ min: 1, max: 9 }))
    .map(([request, offerId, previousPlanId, count]) => ({ ...request, offerId, previousPlanId, count }));

  test("matches the decisions after the rule is set", () => {
    fc.assert(
      fc.property(
        fc.array(someAsked),
        someVersions,
        fc.constantFrom(...scopes),
        someLimits,
        (asked, versions, scope, limits) => {
          const candidate = { ...scope, ...limits, followsWider: false };
          const set = [...versions, { ...candidate, id: "next", version: versions.length + 1 }];
          const refusedAfter = asked.filter((change) => {
            const inForce = activeVersion(set, { offerId: change.offerId, planId: change.previousPlanId });
            return inForce?.id === "next" && decide(change, null, inForce).decision === "reject";
          });
          const result = testCandidate(asked, versions, candidate);
          expect(result.refused).toBe(refusedAfter.reduce((sum, { count }) => sum + count, 0));
          expect(result.refusals.map((refusal) => refusal.asked)).toEqual(refusedAfter);
          expect(result.refused).toBeLessThanOrEqual(result.changes);
        },
      ),
    );
  });

  test("of a removed rule rejects what the inherited rule rejects", () => {
    const wide = rule({ id: "rule-1", version: 1, planId: null, maxQuantity: 10 });
    const asked = [20, 5].map((quantity) => ({
      action: "ChangeQuantity",
      offerId: "insight",
      previousPlanId: "team",
      planId: null,
      quantity,
      count: 3,
    }));
    const away = { offerId: "insight", planId: "team", followsWider: true, ...noLimits };
    expect(testCandidate(asked, [wide, rule({ maxQuantity: 3 })], away)).toMatchObject({
      changes: 6,
      refused: 3,
      refusedNow: 6,
    });
  });
});

describe("the input of a rule", () => {
  const valid = { offerId: "insight", planId: "team", followsWider: false, ...noLimits };
  const problems = (input: object) => {
    const read = previewRuleInput.safeParse({ ...valid, ...input });
    return read.success ? [] : read.error.issues.map((issue) => [issue.path.join("."), issue.message]);
  };

  test("reports an invalid value at its field", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ minQuantity: 9, maxQuantity: 3 })).toEqual([
      ["maxQuantity", "The maximum must not be less than the minimum."],
    ]);
    expect(problems({ minQuantity: 1.5 })).toEqual([["minQuantity", "Seats must be a whole number."]]);
    expect(problems({ offerId: null })).toEqual([["offerId", "Choose the offer that the plan belongs to."]]);
    expect(problems({ offerId: null, planId: null, allowedPlans: ["x"] })[0]?.[0]).toBe("allowedPlans");
    expect(problems({ followsWider: true, maxQuantity: 3 })[0]?.[0]).toBe("followsWider");
  });

  test("needs a reason for a change", () => {
    const read = setRuleInput.safeParse({ ...valid, seenVersion: 0, reason: "" });
    expect(read.error?.issues[0]?.message).toMatch(/Write a reason/);
  });
});
