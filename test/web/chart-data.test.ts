import { describe, expect, test } from "vitest";
import { addDays, type Day, dayFrom } from "../../shared/day.ts";
import type { FlowsOfDay } from "../../shared/views/overview.ts";
import { groupByPlan, conversionRate, flowLink, splitIntoRanges, sumOf } from "../../web/pages/overview/chart-data.ts";

const daysUntil = (last: string, count: number) =>
  Array.from({ length: count }, (_, index) => addDays(dayFrom(last), index + 1 - count));
const flow = (day: Day, some: Partial<FlowsOfDay>): FlowsOfDay => ({
  day,
  purchased: 0,
  activated: 0,
  ended: 0,
  trialsEnded: 0,
  trialsConverted: 0,
  suspended: 0,
  reinstated: 0,
  ...some,
});

describe("spansOf", () => {
  test("divides a month into days, a quarter into weeks up to today, a year into months", () => {
    const month = splitIntoRanges(daysUntil("2026-11-25", 30), "30");
    expect(month).toHaveLength(30);
    expect(month.at(-1)).toEqual({ from: "2026-11-25", to: "2026-11-25" });
    const quarter = splitIntoRanges(daysUntil("2026-11-25", 90), "90");
    expect(quarter.at(-1)).toEqual({ from: "2026-11-19", to: "2026-11-25" });
    expect(quarter[0]).toEqual({ from: "2026-08-28", to: "2026-09-02" });
    const year = splitIntoRanges(daysUntil("2026-11-25", 365), "365");
    expect(year[0]).toEqual({ from: "2025-11-26", to: "2025-11-30" });
    expect(year.at(-1)).toEqual({ from: "2026-11-01", to: "2026-11-25" });
  });

  test.each(["30", "90", "365"] as const)("has all days of %s once", (range) => {
    const days = daysUntil("2027-03-01", Number(range));
    const flows = days.map((day) => flow(day, { purchased: 1 }));
    const counted = splitIntoRanges(days, range).map((span) => sumOf(flows, "purchased", span));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(Number(range));
  });
});

describe("listOfFlow", () => {
  const span = { from: dayFrom("2026-11-19"), to: dayFrom("2026-11-25") };

  test("returns the list with its filters", () => {
    expect(flowLink("ended", span, "vault")).toEqual({
      to: "/subscriptions",
      search: { endedFrom: "2026-11-19", endedTo: "2026-11-25", offer: "vault", test: false },
    });
    expect(flowLink("suspended", span, undefined)).toEqual({
      to: "/activity",
      search: { kind: "subscription.suspended", from: "2026-11-19T00:00:00.000Z", to: "2026-11-26T00:00:00.000Z" },
    });
  });

  test("returns nothing rather than a list with another count", () => {
    expect(flowLink("suspended", span, "vault")).toBeNull();
  });
});

test("conversionOf counts only trials that have ended", () => {
  expect(conversionRate([flow(dayFrom("2026-11-25"), { trialsConverted: 3, trialsEnded: 1, ended: 9 })])).toBe(0.75);
  expect(conversionRate([flow(dayFrom("2026-11-25"), { ended: 9 })])).toBeNull();
});

test("byPlan adds up existing plans and leaves out plans without subscriptions", () => {
  const group = { offerId: "insight", planId: "team", isOnHold: false, isFreeTrial: false } as const;
  const plans = groupByPlan({
    planNames: { "insight/team": "Team" },
    groups: [
      { ...group, status: "Subscribed", subscriptions: 2, seats: 20 },
      { ...group, status: "Subscribed", isOnHold: true, subscriptions: 1, seats: 5 },
      { ...group, status: "PendingFulfillmentStart", subscriptions: 4, seats: 40 },
      { ...group, planId: "old", status: "Unsubscribed", subscriptions: 7, seats: 70 },
      { ...group, planId: "large", status: "Subscribed", subscriptions: 9, seats: 0 },
    ],
  });
  expect(plans).toEqual([
    { offerId: "insight", planId: "large", name: "large", subscribed: 9, suspended: 0, pending: 0, seats: 0 },
    { offerId: "insight", planId: "team", name: "Team", subscribed: 3, suspended: 0, pending: 4, seats: 25 },
  ]);
});
