import { describe, expect, test } from "vitest";
import { fromFieldValue, snoozeTimes, toFieldValue } from "../../web/pages/home/snooze-times.ts";

const now = new Date(2026, 10, 20, 16, 30);
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

describe("snoozeTimes", () => {
  test("offers hours, the next morning and days", () => {
    const times = snoozeTimes(now, later(1_000));
    expect(times.map(({ label }) => label)).toEqual([
      "In 1 hour",
      "In 4 hours",
      "Tomorrow morning",
      "In 3 days",
      "In 1 week",
    ]);
    expect(times[2]?.until).toEqual(new Date(2026, 10, 21, 9));
  });

  test("offers nothing that is too late", () => {
    expect(snoozeTimes(now, later(5)).map(({ label }) => label)).toEqual(["In 1 hour", "In 4 hours"]);
    expect(snoozeTimes(now, later(0.5))).toEqual([]);
  });
});

describe("the field for date and time", () => {
  test("shows an instant in the reader's time zone and returns it", () => {
    expect(toFieldValue(now)).toBe("2026-11-20T16:30");
    expect(fromFieldValue(toFieldValue(now))).toBe(now.toISOString());
  });

  test("returns nothing for an empty field", () => {
    expect(fromFieldValue("")).toBe("");
    expect(fromFieldValue("soon")).toBe("");
  });
});
