import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { usageWindowMs } from "../../shared/usage.ts";
import { hoursOfPlan, lateParts, type PlanSpan } from "../../server/domain/usage/former-plan.ts";
import { hourOf, isTooOld } from "../../server/domain/usage/hours.ts";
import { inDigits, quantityOf, sumOf } from "../../server/domain/usage/quantity.ts";

const hourMs = 3_600_000;
const now = new Date("2026-11-28T12:34:56.789Z");
const ago = fc.integer({ min: 0, max: usageWindowMs }).map((ms) => new Date(now.getTime() - ms));

/** Changes of plan in the last 24 hours, newest first. */
const plans = fc.array(fc.tuple(ago, fc.constantFrom("basic", "plus", "pro")), { maxLength: 6 }).map((changes) => {
  const sorted = changes.toSorted(([one], [other]) => other.getTime() - one.getTime());
  return [...sorted.map(([since, planId]): PlanSpan => ({ planId, since })), { planId: "basic", since: null }];
});

const planAt = (at: Date, spans: readonly PlanSpan[]) =>
  spans.find(({ since }) => since === null || since <= at)?.planId;

describe("the hours of a former plan", () => {
  test("are all in which Microsoft would bill by that plan, after the usage and within the 24 hours", () => {
    fc.assert(
      fc.property(plans, ago, fc.constantFrom("basic", "plus"), (spans, after, planId) => {
        const hours = hoursOfPlan(planId, spans, { after: hourOf(after), now });
        for (const { hour, effectiveAt } of hours) {
          expect(planAt(effectiveAt, spans)).toBe(planId);
          expect(hourOf(effectiveAt)).toEqual(hour);
          expect(effectiveAt.getTime() % 1_000).toBe(0);
          expect(hour.getTime()).toBeGreaterThan(after.getTime());
          expect(effectiveAt.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(isTooOld(effectiveAt, now)).toBe(false);
        }
        const times = hours.map(({ hour }) => hour.getTime());
        expect(times).toEqual([...new Set(times)].toSorted((one, other) => other - one));
        // Every hour whose beginning belongs to the plan is among them.
        for (let hour = hourOf(now).getTime(); now.getTime() - hour < usageWindowMs - hourMs; hour -= hourMs)
          if (hour > after.getTime() && planAt(new Date(hour), spans) === planId) expect(times).toContain(hour);
      }),
    );
  });
});

describe("late usage of an hour", () => {
  test("is split by the plan that it was reported for, to the last decimal", () => {
    const quantity = fc.integer({ min: 0, max: 10_000_000 }).map((value) => `${value / 1_000}`);
    fc.assert(
      fc.property(quantity, fc.dictionary(fc.constantFrom("plus", "pro"), quantity), (own, others) => {
        const late = sumOf([own, ...Object.values(others)].map(quantityOf));
        const parts = lateParts("basic", late, others);
        const expected = Object.entries({ basic: own, ...others }).filter(([, digits]) => Number(digits) > 0);
        expect(parts.map((part) => [part.planId, inDigits(part.quantity)])).toEqual(
          expected.map(([planId, digits]) => [planId, inDigits(quantityOf(digits))]),
        );
      }),
    );
    expect(lateParts("basic", quantityOf("2.5"), null)).toMatchObject([{ planId: "basic" }]);
  });
});
