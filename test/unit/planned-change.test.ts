/** When planned changes are due. */
import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import {
  dayAfterTerm,
  isDue,
  isOverdue,
  movedTermEnd,
  alreadyDoneReason,
  dayProblem,
} from "../../server/domain/planned-change.ts";

const at = (time: string) => new Date(`2026-${time}Z`);
const day = (text: string) => dayFrom(`2026-${text}`);

const seats = { action: "changeQuantity" as const, planId: null, quantity: 8 };
const onDay = { ...seats, dueOn: day("12-10"), termEndsOn: null };
const atTermEnd = { ...seats, dueOn: dayAfterTerm(day("12-09")), termEndsOn: day("12-09") };
const current = {
  planId: "team",
  quantity: 5,
  isOnHold: false,
  termStartsOn: day("11-10"),
  termEndsOn: day("12-09"),
};
const renewed = { ...current, termStartsOn: day("12-10"), termEndsOn: dayFrom("2027-01-09") };

describe("a change planned for a day", () => {
  test("is due from the first moment of the day in UTC", () => {
    expect(isDue(onDay, current, at("12-09T23:59:59.999"))).toBe(false);
    expect(isDue(onDay, current, at("12-10T00:00:00"))).toBe(true);
    expect(isDue(onDay, current, at("12-12T08:00:00"))).toBe(true);
  });

  test("can be planned from tomorrow in UTC to three years ahead", () => {
    expect(dayProblem(day("12-10"), at("12-10T00:00:01"))).toMatch(/later day/);
    expect(dayProblem(day("12-10"), at("12-09T23:59:00"))).toBeNull();
    expect(dayProblem(dayFrom("2029-12-09"), at("12-10T12:00:00"))).toBeNull();
    expect(dayProblem(dayFrom("2031-01-01"), at("12-10T12:00:00"))).toMatch(/three years/);
  });

  test("is tried for one more day", () => {
    expect(isOverdue(onDay, at("12-11T23:59:59"))).toBe(false);
    expect(isOverdue(onDay, at("12-12T00:00:00"))).toBe(true);
  });
});

describe("a change at the end of the term", () => {
  test("waits on the next day until Microsoft reports the renewal, and no longer than that day", () => {
    expect(isDue(atTermEnd, renewed, at("12-09T22:00:00"))).toBe(false);
    expect(isDue(atTermEnd, current, at("12-10T00:05:00"))).toBe(false);
    expect(isDue(atTermEnd, renewed, at("12-10T00:05:00"))).toBe(true);
    expect(isDue(atTermEnd, current, at("12-11T00:00:00"))).toBe(true);
  });

  test.each(["12-09", "12-07"])("is not postponed by a renewal whose term Microsoft begins on %s", (start) => {
    const drifted = { ...renewed, termStartsOn: day(start) };
    expect(movedTermEnd(atTermEnd, drifted)).toBeNull();
    expect(isDue(atTermEnd, drifted, at("12-10T00:05:00"))).toBe(true);
  });

  test("follows a term that was changed, and not the one after a renewal", () => {
    const longer = { ...current, termEndsOn: dayFrom("2027-11-09") };
    expect(movedTermEnd(atTermEnd, longer)).toBe("2027-11-09");
    expect(movedTermEnd(atTermEnd, { ...current, termEndsOn: day("12-01") })).toBe("2026-12-01");
    expect(movedTermEnd(atTermEnd, current)).toBeNull();
    expect(movedTermEnd(atTermEnd, renewed)).toBeNull();
    expect(movedTermEnd(atTermEnd, { ...current, termEndsOn: null })).toBeNull();
    expect(movedTermEnd(onDay, longer)).toBeNull();
    expect(movedTermEnd(atTermEnd, { ...current, termEndsOn: dayFrom("9999-12-31") })).toBeNull();
  });
});

test("a change that has already been made in another way is done", () => {
  const done = { planId: "gold", quantity: 8, isOnHold: true, termStartsOn: null, termEndsOn: null };
  const wanted = { dueOn: day("12-10"), termEndsOn: null, planId: null, quantity: null };
  expect(alreadyDoneReason({ ...wanted, action: "changePlan", planId: "gold" }, done)).toMatch(/already had this plan/);
  expect(alreadyDoneReason({ ...wanted, action: "changeQuantity", quantity: 8 }, done)).toMatch(/already had/);
  expect(alreadyDoneReason({ ...wanted, action: "suspend" }, done)).toMatch(/already suspended/);
  expect(alreadyDoneReason({ ...wanted, action: "reinstate" }, { ...done, isOnHold: false })).toMatch(
    /already reinstated/,
  );
  expect(alreadyDoneReason({ ...wanted, action: "changePlan", planId: "team" }, done)).toBeNull();
  expect(alreadyDoneReason({ ...wanted, action: "reinstate" }, done)).toBeNull();
});
