import { describe, expect, test } from "vitest";
import { urgencyOf } from "../../web/text/urgency.ts";
import { operationActionLabel, operationTitle, stagesOf } from "../../web/text/labels.ts";

describe("stagesOf", () => {
  test("has three stages for our operations and five for Microsoft's", () => {
    expect(stagesOf({ source: "Partner", stage: "accepted" })).toEqual(["requested", "accepted", "settled"]);
    expect(stagesOf({ source: "Azure", stage: "decided" })).toHaveLength(5);
  });

  test("always includes the operation's current stage", () => {
    expect(stagesOf({ source: "Partner", stage: "verified" })).toContain("verified");
  });
});

describe("operationTitle", () => {
  test("says what was requested", () => {
    expect(operationTitle({ action: "ChangeQuantity", planName: null, quantity: 30 })).toBe("Change seats to 30");
    expect(operationTitle({ action: "ChangePlan", planName: "Gold", quantity: null })).toBe("Change plan to Gold");
    expect(operationTitle({ action: "Renew", planName: "Gold", quantity: 5 })).toBe("Renew");
  });

  test("keeps Microsoft's word for an unknown action", () => {
    expect(operationActionLabel("Transfer")).toBe("Transfer");
  });
});

describe("urgencyOf", () => {
  test.each([
    [10_000, "calm"],
    [2_499, "soon"],
    [999, "now"],
    [0, "over"],
  ])("with %i ms of 10 s left is %s", (left, urgency) => {
    expect(urgencyOf(left, 10_000)).toBe(urgency);
  });
});
