/** Which past hours a factor would have held. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineStates, isUnusual } from "../../server/domain/usage/baseline.ts";
import { type RecordedHour, wouldHold } from "../../server/domain/usage/hold-preview.ts";
import { quantityOf, zero } from "../../server/domain/usage/quantity.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const began = Date.parse("2026-08-01T00:00:00Z");

/** An hour that was billed and accepted. */
function recorded(number: number, usage: string, others: Partial<RecordedHour> = {}): RecordedHour {
  const hour = new Date(began + number * hourMs);
  const sealedAt = new Date(hour.getTime() + hourMs);
  return {
    id: String(number),
    hour,
    state: "accepted",
    usage,
    billable: usage,
    effectiveAt: hour,
    sealedAt,
    isTrial: false,
    ...others,
  };
}
const usual = (count: number, usage = "6") => Array.from({ length: count }, (_, number) => recorded(number, usage));
const unusualOf = (hours: RecordedHour[], factor = 20, since = new Date(began)) =>
  wouldHold(hours, factor, since).map(({ id, highest }) => ({ id, highest: highest.toFixed() }));

describe("an hour would have been held", () => {
  test("if it is more than the factor times the highest hour before it", () => {
    expect(unusualOf([...usual(24), recorded(24, "120.01")])).toEqual([{ id: "24", highest: "6" }]);
    expect(unusualOf([...usual(24), recorded(24, "120")])).toEqual([]);
    expect(unusualOf([...usual(23), recorded(23, "4000")])).toEqual([]);
  });

  test("also if staff dropped it, or did not decide in time", () => {
    for (const state of ["held", "dropped", "lost"] as const)
      expect(unusualOf([...usual(24), recorded(24, "150", { state })])).toHaveLength(1);
  });

  test("not if nothing of it was billed, it was of a trial, or it came too late to be sent", () => {
    const late = { sealedAt: new Date(began + 60 * hourMs), state: "lost" as const };
    for (const others of [{ billable: "0", state: "included" as const }, { isTrial: true }, late])
      expect(unusualOf([...usual(24), recorded(24, "4000", others)])).toEqual([]);
  });

  test("not if it was as high before and was sent", () => {
    expect(unusualOf([...usual(24), recorded(24, "150"), recorded(25, "150")])).toHaveLength(1);
    expect(unusualOf([...usual(24), recorded(24, "150", { state: "dropped" }), recorded(25, "150")])).toHaveLength(2);
  });

  test("not before the days of the preview, whose hours only show what was usual", () => {
    const hours = [...usual(24), recorded(24, "150"), recorded(48, "4000")];
    expect(unusualOf(hours, 20, new Date(began + 30 * hourMs))).toEqual([{ id: "48", highest: "150" }]);
  });
});

test("what is usual is the same as if each hour looked back over 30 days", () => {
  const hour = fc.record({
    gap: fc.integer({ min: 1, max: 40 }),
    usage: fc.integer({ min: 1, max: 60 }),
    state: fc.constantFrom("accepted" as const, "included" as const, "dropped" as const, "waiting" as const),
  });
  fc.assert(
    fc.property(fc.array(hour, { minLength: 30, maxLength: 120 }), fc.integer({ min: 2, max: 5 }), (steps, factor) => {
      let number = 0;
      const hours = steps.map(({ gap, usage, state }) =>
        recorded((number += gap), String(usage), { state, billable: state === "included" ? "0" : String(usage) }),
      );
      const expected = hours.filter(({ hour: at, usage, billable }) => {
        const before = hours.filter(
          (one) =>
            one.hour < at && one.hour.getTime() >= at.getTime() - 30 * dayMs && baselineStates.includes(one.state),
        );
        const highest = before.reduce(
          (top, one) => (quantityOf(one.usage).gt(top) ? quantityOf(one.usage) : top),
          zero,
        );
        return billable !== "0" && isUnusual(quantityOf(usage), { hours: before.length, highest }, factor);
      });
      expect(wouldHold(hours, factor, new Date(0)).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }),
  );
});
