import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lifecycleActions, type OperationStage } from "../../shared/lifecycle.ts";
import { delayAfter, nextStep, type OperationState, wantsAnswer } from "../../server/domain/operation.ts";

const now = new Date("2026-11-23T12:00:00Z");
const base: OperationState = {
  action: "ChangePlan",
  source: "Azure",
  stage: "received",
  status: "InProgress",
  decision: null,
  answerDueAt: new Date(now.getTime() + 5_000),
  marketplaceId: "operation",
};

describe("the next step of Microsoft's operation", () => {
  test("a webhook is checked with Microsoft before anything else", () => {
    expect(nextStep(base, now)).toEqual({ do: "verify" });
  });

  test("a customer's change is decided, then acknowledged with what was decided", () => {
    expect(nextStep({ ...base, stage: "verified" }, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...base, stage: "decided", decision: "reject" }, now)).toEqual({
      do: "acknowledge",
      answer: "Failure",
      isBestEffort: false,
    });
  });

  test("after Microsoft's window no answer is sent", () => {
    const late = new Date(now.getTime() + 5_000);
    expect(nextStep({ ...base, stage: "decided", decision: "accept" }, late)).toEqual({ do: "pass-window" });
  });

  test("what Microsoft has ended already is applied without an answer", () => {
    for (const stage of ["verified", "decided", "acknowledged"] as const) {
      const ended: OperationState = { ...base, stage, status: "Succeeded", decision: "accept" };
      expect(nextStep(ended, now)).toEqual({ do: "settle", outcome: "succeeded", isProved: true });
    }
    for (const status of ["Failed", "Conflict"]) {
      expect(nextStep({ ...base, stage: "verified", status }, now)).toMatchObject({ do: "settle" });
    }
    expect(nextStep({ ...base, stage: "acknowledged", status: "Failed", decision: "reject" }, now)).toEqual({
      do: "settle",
      outcome: "rejected",
      isProved: true,
    });
  });

  test("a change that went through before we looked is still decided, so that a refusal is known to have come too late", () => {
    const ended: OperationState = { ...base, stage: "verified", status: "Succeeded" };
    expect(nextStep(ended, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...ended, stage: "decided", decision: "reject" }, now)).toEqual({
      do: "settle",
      outcome: "succeeded",
      isProved: true,
    });
    expect(nextStep({ ...ended, action: "Reinstate" }, now)).toMatchObject({ do: "settle", outcome: "succeeded" });
  });

  test("A5: no answer begins in the last half second of the window", () => {
    const decided: OperationState = { ...base, stage: "decided", decision: "reject" };
    expect(nextStep(decided, new Date(now.getTime() + 4_499))).toMatchObject({ do: "acknowledge" });
    expect(nextStep(decided, new Date(now.getTime() + 4_500))).toEqual({ do: "pass-window" });
  });

  test.each(["Suspend", "Renew", "Unsubscribe", "Subscribe", "Transfer"])(
    "A3: %s is never answered and proved by the subscription alone",
    (action) => {
      expect(wantsAnswer({ action, source: "Azure" })).toBe(false);
      for (const stage of ["received", "verified"] as const) {
        const step = nextStep({ ...base, action, stage }, now);
        expect(step).toEqual({ do: "settle", outcome: "succeeded", isProved: false });
      }
    },
  );

  test("A3: the status in a webhook proves nothing", () => {
    const notice: OperationState = { ...base, action: "Suspend", status: "Failed" };
    expect(nextStep(notice, now)).toEqual({ do: "settle", outcome: "succeeded", isProved: false });
    expect(nextStep({ ...notice, stage: "verified" }, now)).toEqual({
      do: "settle",
      outcome: "failed",
      isProved: true,
    });
  });

  test("A3: a reinstatement is answered without a look at its operation, and then proved by the subscription", () => {
    const reinstate: OperationState = { ...base, action: "Reinstate", answerDueAt: null };
    expect(nextStep(reinstate, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...reinstate, stage: "decided", decision: "accept" }, now)).toMatchObject({
      do: "acknowledge",
      isBestEffort: true,
    });
    expect(nextStep({ ...reinstate, stage: "acknowledged" }, now)).toMatchObject({ do: "settle", isProved: false });
  });

  test("a change of our own is never answered", () => {
    expect(nextStep({ ...base, source: "Partner", stage: "verified" }, now)).toMatchObject({ do: "settle" });
  });
});

describe("the next step of our own change", () => {
  test("a request is sent, and an accepted one watched until Microsoft ends it", () => {
    const own: OperationState = { ...base, source: "Partner", stage: "requested", marketplaceId: null };
    expect(nextStep(own, now)).toEqual({ do: "send" });
    expect(nextStep({ ...own, stage: "accepted", marketplaceId: "x" }, now)).toEqual({ do: "poll" });
    expect(nextStep({ ...own, stage: "accepted", marketplaceId: "x", status: "Conflict" }, now)).toEqual({
      do: "settle",
      outcome: "conflict",
      isProved: true,
    });
  });
});

describe("any operation", () => {
  const stages: Exclude<OperationStage, "settled">[] = ["received", "verified", "decided", "acknowledged"];

  test("a settled one has nothing left to do", () => {
    expect(nextStep({ ...base, stage: "settled" }, now)).toEqual({ do: "nothing" });
  });

  test("always has a step, and reaches its end once Microsoft has ended it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lifecycleActions, "Foo"),
        fc.constantFrom("Azure" as const, "Partner" as const),
        fc.constantFrom(...stages),
        fc.constantFrom("Succeeded", "Failed", "Conflict"),
        (action, source, stage, status) => {
          let operation: OperationState = { ...base, action, source, stage, status, decision: "accept" };
          let step = nextStep(operation, now);
          for (let steps = 0; step.do !== "settle" && steps < 5; steps += 1) {
            operation = { ...operation, stage: "verified" };
            step = nextStep(operation, now);
          }
          expect(step.do).toBe("settle");
        },
      ),
    );
  });

  test("waits grow to a minute and no further", () => {
    const delays = Array.from({ length: 20 }, (_, attempts) => delayAfter(attempts));
    expect(delays[0]).toBe(500);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBe(60_000);
  });
});
