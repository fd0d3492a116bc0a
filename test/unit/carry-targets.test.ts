import { describe, expect, test } from "vitest";
import {
  type CarryTarget,
  chooseTargets,
  type ExistingSlot,
  slotKey,
} from "../../server/domain/usage/carry-targets.ts";

const hourMs = 3_600_000;
const noon = new Date("2026-11-28T12:00:00Z");
const hours = (...ago: number[]) => ago.map((hour) => new Date(noon.getTime() - hour * hourMs));

/** Usage of a plan that may go to these hours. */
function usage(planId: string, targetHours: Date[], dimension = "storage") {
  const targets = targetHours.map((hour): CarryTarget => ({
    planId,
    hour,
    effectiveAt: hour,
    sealAt: noon,
    isTrial: false,
  }));
  return { subscriptionId: "one", dimension, targets };
}

const slots = (...entries: [hour: Date | undefined, slot: ExistingSlot][]) =>
  new Map(entries.map(([hour = noon, slot]) => [slotKey("one", "storage", hour), slot]));

describe("an hour for late usage", () => {
  const [now, earlier, earliest] = hours(0, 1, 2) as [Date, Date, Date];

  test("is the best one without a slot, or whose slot collects for the plan", () => {
    const existing = slots(
      [now, { planId: "basic", isCollecting: false }],
      [earlier, { planId: "plus", isCollecting: true }],
      [earliest, { planId: "basic", isCollecting: true }],
    );
    const [basic, plus, other] = chooseTargets(
      [
        usage("basic", [now, earlier, earliest]),
        usage("plus", [now, earlier, earliest]),
        usage("plus", [now], "restores"),
      ],
      existing,
    );
    expect([basic?.hour, plus?.hour, other?.hour]).toEqual([earliest, earlier, now]);
  });

  test("is not chosen if all are sealed or of another plan", () => {
    const existing = slots(
      [now, { planId: "basic", isCollecting: false }],
      [earlier, { planId: "plus", isCollecting: true }],
    );
    expect(chooseTargets([usage("basic", [now, earlier]), usage("basic", [])], existing)).toEqual([null, null]);
  });

  test("belongs to the plan of the first part that gets it, also for a part whose better hours are taken", () => {
    const [plus, basic, pro, lost] = chooseTargets(
      [usage("plus", [now]), usage("basic", [now, earlier]), usage("pro", [earlier, earliest]), usage("pro", [now])],
      new Map(),
    );
    expect([plus?.hour, basic?.hour, pro?.hour, lost]).toEqual([now, earlier, earliest, null]);
  });

  test("takes several parts of its plan", () => {
    const chosen = chooseTargets([usage("plus", [now]), usage("plus", [now])], new Map());
    expect(chosen.map((target) => target?.hour)).toEqual([now, now]);
  });
});
