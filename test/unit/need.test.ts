import { describe, expect, test } from "vitest";
import { needKinds } from "../../shared/filters.ts";
import { latestSnooze, type NeedFacts, needInWords, needRules, pressure } from "../../server/domain/need.ts";

const now = new Date("2026-11-20T12:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const facts: NeedFacts = {
  kind: "activation",
  customer: "Contoso",
  planName: "Gold",
  status: "Subscribed",
  unrecognisedStatus: "Frozen",
  autoRenews: null,
  operation: { action: "ChangeQuantity", planId: null, quantity: 8, attempts: 3, lastError: "Microsoft is away" },
  cause: "It was removed at Microsoft",
};

describe("pressure", () => {
  test("puts seconds before what has no deadline, and that before hours and days", () => {
    const order = [
      { kind: "activation" as const, dueAt: later(60 * 24) },
      { kind: "stuck" as const, dueAt: null },
      { kind: "suspension" as const, dueAt: later(90) },
      { kind: "answer" as const, dueAt: later(0.1) },
      { kind: "activation" as const, dueAt: later(-10) },
    ].toSorted((one, other) => pressure(one, now) - pressure(other, now));
    expect(order.map(({ dueAt }) => dueAt && (dueAt.getTime() - now.getTime()) / 60_000)).toEqual([
      -10,
      0.1,
      null,
      90,
      60 * 24,
    ]);
  });

  test("does not let a failed activation wait for the end of its 30 days", () => {
    expect(pressure({ kind: "activation_failed", dueAt: later(60 * 24 * 20) }, now)).toBe(later(60).getTime());
  });
});

describe("latestSnooze", () => {
  test("is the loss while it is ahead, else a month from now", () => {
    expect(latestSnooze(later(5), now)).toEqual(later(5));
    expect(latestSnooze(null, now)).toEqual(later(30 * 24 * 60));
    expect(latestSnooze(later(-5), now)).toEqual(later(30 * 24 * 60));
  });
});

describe("needInWords", () => {
  test.each(needKinds)("says of %s what it is and which rule stands behind it, in sentences", (kind) => {
    const { what, rule } = needInWords({ ...facts, kind });
    expect(what).toMatch(/^[A-Z][^.]+$/);
    expect(rule).toMatch(/^[A-Z].*[.]$/);
    expect(rule).not.toMatch(/null|undefined|\.\./);
    expect(needRules[kind]).toBeDefined();
  });

  test("does without what is not known", () => {
    for (const kind of needKinds) {
      const bare = {
        ...facts,
        kind,
        customer: null,
        status: null,
        unrecognisedStatus: null,
        operation: null,
        cause: null,
      };
      const { what, rule } = needInWords(bare);
      expect(`${what} ${rule}`).not.toMatch(/null|undefined/);
    }
  });

  test("tells a trial that is lost from one that is paid for after it", () => {
    expect(needInWords({ ...facts, kind: "trial_end", autoRenews: false }).what).toMatch(/subscription with it/);
    expect(needInWords({ ...facts, kind: "trial_end", autoRenews: true }).rule).toMatch(/begins to bill Contoso/);
  });
});
