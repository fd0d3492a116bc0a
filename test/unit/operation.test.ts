import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lifecycleActions, type OperationStage } from "../../shared/lifecycle.ts";
import {
  actionInWords,
  delayAfter,
  dropFuture,
  happenedAt,
  isEnded,
  nextStep,
  type OperationState,
  outcomeOf,
  wantsAnswer,
} from "../../server/domain/operation.ts";

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

describe("the next step of an operation from Microsoft", () => {
  test("is to verify the webhook with Microsoft", () => {
    expect(nextStep(base, now)).toEqual({ do: "verify" });
  });

  test("of a customer's change is to decide, then to acknowledge the decision", () => {
    expect(nextStep({ ...base, stage: "verified" }, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...base, stage: "decided", decision: "reject" }, now)).toEqual({
      do: "acknowledge",
      answer: "Failure",
      isBestEffort: false,
    });
  });

  test("after Microsoft's window is not an answer", () => {
    const late = new Date(now.getTime() + 5_000);
    expect(nextStep({ ...base, stage: "decided", decision: "accept" }, late)).toEqual({ do: "pass-window" });
  });

  test("of an operation that has ended at Microsoft is to apply it without an answer", () => {
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

  test("of a change that took effect before we looked is to decide, so that a late rejection is recorded", () => {
    const ended: OperationState = { ...base, stage: "verified", status: "Succeeded" };
    expect(nextStep(ended, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...ended, stage: "decided", decision: "reject" }, now)).toEqual({
      do: "settle",
      outcome: "succeeded",
      isProved: true,
    });
    expect(nextStep({ ...ended, action: "Reinstate" }, now)).toMatchObject({ do: "settle", outcome: "succeeded" });
  });

  test("A5: in the last half second of the window is not an answer", () => {
    const decided: OperationState = { ...base, stage: "decided", decision: "reject" };
    expect(nextStep(decided, new Date(now.getTime() + 4_499))).toMatchObject({ do: "acknowledge" });
    expect(nextStep(decided, new Date(now.getTime() + 4_500))).toEqual({ do: "pass-window" });
  });

  test.each(["Suspend", "Renew", "Unsubscribe", "Subscribe", "Transfer"])(
    "A3: of %s is never an answer; the subscription proves it",
    (action) => {
      expect(wantsAnswer({ action, source: "Azure" })).toBe(false);
      for (const stage of ["received", "verified"] as const) {
        const step = nextStep({ ...base, action, stage }, now);
        expect(step).toEqual({ do: "settle", outcome: "succeeded", isProved: false });
      }
    },
  );

  test("A3: does not trust the status in a webhook", () => {
    const notice: OperationState = { ...base, action: "Suspend", status: "Failed" };
    expect(nextStep(notice, now)).toEqual({ do: "settle", outcome: "succeeded", isProved: false });
    expect(nextStep({ ...notice, stage: "verified" }, now)).toEqual({
      do: "settle",
      outcome: "failed",
      isProved: true,
    });
  });

  test("A3: of a reinstatement is to answer without Get Operation; the subscription proves it", () => {
    const reinstate: OperationState = { ...base, action: "Reinstate", answerDueAt: null };
    expect(nextStep(reinstate, now)).toEqual({ do: "decide" });
    expect(nextStep({ ...reinstate, stage: "decided", decision: "accept" }, now)).toMatchObject({
      do: "acknowledge",
      isBestEffort: true,
    });
    expect(nextStep({ ...reinstate, stage: "acknowledged" }, now)).toMatchObject({ do: "settle", isProved: false });
  });

  test("of our own change is never an answer", () => {
    expect(nextStep({ ...base, source: "Partner", stage: "verified" }, now)).toMatchObject({ do: "settle" });
  });
});

describe("the next step of our own change", () => {
  test("is to send it, then to poll it until Microsoft ends it", () => {
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

describe("an operation", () => {
  const stages: Exclude<OperationStage, "settled">[] = ["received", "verified", "decided", "acknowledged"];

  test("that is settled has no further step", () => {
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

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "has not ended with the status %s",
    (status) => {
      expect(isEnded(status)).toBe(false);
      expect(outcomeOf(status)).toBeNull();
      expect(actionInWords(status)).toBe(status);
    },
  );

  test("began when Microsoft says so, otherwise when it was sent, otherwise when it was stored", () => {
    const [occurredAt, sentAt, createdAt] = [1, 2, 3].map((second) => new Date(now.getTime() + second * 1_000)) as [
      Date,
      Date,
      Date,
    ];
    expect(happenedAt({ occurredAt, sentAt, createdAt })).toBe(occurredAt);
    expect(happenedAt({ occurredAt: null, sentAt, createdAt })).toBe(sentAt);
    expect(happenedAt({ occurredAt: null, sentAt: null, createdAt })).toBe(createdAt);
  });

  test("has the time of a clock that is wrong, but none that is far in the future", () => {
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    expect(dropFuture(later(-500), now)).toEqual(later(-500));
    expect(dropFuture(later(60), now)).toEqual(later(60));
    expect(dropFuture(later(121), now)).toBeNull();
    expect(dropFuture(null, now)).toBeNull();
  });

  test("has pauses that grow to a minute", () => {
    const delays = Array.from({ length: 20 }, (_, attempts) => delayAfter(attempts));
    expect(delays[0]).toBe(500);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBe(60_000);
  });
});
