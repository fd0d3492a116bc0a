import { describe, expect, test } from "vitest";
import type { ChangeRuleView } from "../../shared/views/change-rules.ts";
import { planNames } from "../../web/pages/rules/rule-names.ts";
import { previewInputOf, type RuleValues, setInputOf, valuesOf } from "../../web/pages/rules/rule-values.ts";

const scope = { offerId: "insight", planId: "team" };
const values: RuleValues = {
  mode: "limits",
  plans: "all",
  allowedPlans: [],
  furtherPlans: "",
  min: null,
  max: null,
  asksStaff: true,
  reason: "As agreed",
  seenVersion: 0,
};
const own: ChangeRuleView = {
  id: "r",
  version: 3,
  ...scope,
  followsWider: false,
  allowedPlans: ["business"],
  minQuantity: 1,
  maxQuantity: null,
  reason: "Earlier",
  at: "2026-11-01T00:00:00.000Z",
  actor: { kind: "staff", name: "Amira" },
};

describe("the form of a change rule", () => {
  test("starts with the current rule and sends it unchanged", () => {
    const begun = valuesOf(own, false);
    expect(begun).toMatchObject({ mode: "limits", plans: "these", allowedPlans: ["business"], min: 1, max: null });
    expect(previewInputOf(begun, own)).toEqual({
      ...scope,
      followsWider: false,
      allowedPlans: ["business"],
      minQuantity: 1,
      maxQuantity: null,
      asksStaff: false,
    });
  });

  test("inherits in a scope without a rule; the widest scope accepts everything", () => {
    expect(valuesOf(null, false).mode).toBe("wider");
    expect(valuesOf(null, true).mode).toBe("all");
    expect(valuesOf({ ...own, followsWider: true, allowedPlans: null, minQuantity: null }, false).mode).toBe("wider");
  });

  test("uses limits only if limits are selected", () => {
    const limited = { ...values, plans: "these" as const, min: 5, max: 9 };
    expect(previewInputOf({ ...limited, mode: "all" }, scope)).toMatchObject({ allowedPlans: null, maxQuantity: null });
    expect(previewInputOf({ ...limited, mode: "wider" }, scope)).toMatchObject({
      followsWider: true,
      minQuantity: null,
    });
    expect(previewInputOf(limited, scope)).toMatchObject({ allowedPlans: [], minQuantity: 5, maxQuantity: 9 });
  });

  test("accepts typed plans, each once", () => {
    const typed = {
      ...values,
      plans: "these" as const,
      allowedPlans: ["business"],
      furtherPlans: " gold, silver business",
    };
    expect(previewInputOf(typed, scope)?.allowedPlans).toEqual(["business", "gold", "silver"]);
  });

  test("shows errors at its own fields", () => {
    expect(setInputOf({ ...values, min: Number.NaN, max: 0 }, scope)).toEqual({
      problems: {
        min: "Enter a number of seats, or leave this field empty.",
        max: "A subscription must have at least 1 seat.",
      },
    });
    expect(setInputOf({ ...values, min: 9, max: 3 }, scope)).toEqual({
      problems: { max: "The maximum must not be less than the minimum." },
    });
    expect(setInputOf({ ...values, reason: " " }, scope)).toMatchObject({
      problems: { reason: expect.stringContaining("Write a reason") as string },
    });
    expect(previewInputOf({ ...values, min: 9, max: 3 }, scope)).toBeNull();
  });

  test("separates a plan whose name has a comma in a list", () => {
    const nameOf = planNames([{ planId: "year", name: "Business, yearly", isPricePerSeat: true }]);
    expect(nameOf("year")).toBe("“Business, yearly”");
    expect(nameOf("unheard-of")).toBe("unheard-of");
  });
});
