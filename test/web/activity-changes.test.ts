import { describe, expect, test } from "vitest";
import { groupByDay, changesOf } from "../../web/text/activity-changes.ts";

const noNames = { plans: {}, offers: {} };

test("the quantity of a dimension is not called seats", () => {
  const names = { plans: {}, offers: {} };
  expect(changesOf(null, { dimension: "storage", quantity: "12.5" }, names)).toMatchObject([
    { name: "dimension" },
    { name: "quantity", after: "12.5" },
  ]);
  expect(changesOf(null, { quantity: 12 }, names)).toMatchObject([{ name: "seats" }]);
});

describe("changesOf", () => {
  test("returns only differences, in Marketdesk's words", () => {
    expect(changesOf({ planId: "silver", quantity: 20 }, { planId: "gold", quantity: 20 }, noNames)).toEqual([
      { name: "plan", before: "silver", after: "gold" },
    ]);
  });

  test("names plans and offers where a name is known, and nothing else", () => {
    const names = { plans: { gold: "Gold" }, offers: { gold: "Contoso Gold" } };
    expect(
      changesOf({ planId: "silver", offerId: "gold", name: "gold" }, { planId: "gold", offerId: "old" }, names),
    ).toEqual([
      { name: "plan", before: "silver", after: "Gold" },
      { name: "offer", before: "Contoso Gold", after: "old" },
      { name: "name", before: "gold", after: undefined },
    ]);
  });

  test("has no previous value for a new subscription", () => {
    expect(changesOf(null, { termEndsOn: "2027-01-01", quantity: null }, noNames)).toEqual([
      { name: "term ends on", before: undefined, after: "2027-01-01" },
    ]);
  });

  test("A12: keeps the day of a term from an entry of an earlier version, in all time zones", () => {
    expect(changesOf({ termEndsAt: "2026-12-01T00:00:00.000Z" }, { termEndsOn: "2027-01-01" }, noNames)).toEqual([
      { name: "term ends on", before: "2026-12-01", after: "2027-01-01" },
    ]);
  });

  test("is empty without values", () => {
    expect(changesOf(null, null, noNames)).toEqual([]);
  });
});

describe("byDay", () => {
  test("groups entries by the days of the reader's time zone, newest first", () => {
    const at = (daysAgo: number, hour: number) => {
      const date = new Date(2026, 10, 23 - daysAgo, hour);
      return { at: date.toISOString() };
    };
    const days = groupByDay([at(0, 11), at(0, 9), at(1, 23), at(5, 8)], new Date(2026, 10, 23, 12).getTime());
    expect(days.map(({ entries }) => entries.length)).toEqual([2, 1, 1]);
    expect(days.map(({ day }) => day).slice(0, 2)).toEqual(["Today", "Yesterday"]);
  });
});
