import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as filterWords from "../../web/components/subscription-filters/active-filters.ts";
import type * as formats from "../../web/text/format.ts";
import type * as utcTimes from "../../web/text/utc-times.ts";
import { addDays, type Day, dayFrom, daysBetween, isDay, localDayOf, startInUtc, utcDayOf } from "../../shared/day.ts";

/** Both ends of the world, half hours, and zones whose clocks change: some at midnight itself. */
const zones = [
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "America/Los_Angeles",
  "America/St_Johns",
  "Europe/Berlin",
  "Australia/Eucla",
  "Africa/Cairo",
  "America/Santiago",
  "Australia/Lord_Howe",
  "UTC",
];
const terms = ["2026-12-28", "2027-01-01", "2027-02-28", "2028-02-29", "2026-03-08", "2026-11-01", "2026-03-29"].map(
  dayFrom,
);
const formerZone = process.env["TZ"];

describe.each(zones)("A12: in %s", (zone) => {
  let words: typeof formats;
  let filters: typeof filterWords;
  let times: typeof utcTimes;

  beforeEach(async () => {
    process.env["TZ"] = zone;
    vi.resetModules();
    words = await import("../../web/text/format.ts");
    filters = await import("../../web/components/subscription-filters/active-filters.ts");
    times = await import("../../web/text/utc-times.ts");
  });
  afterEach(() => {
    if (formerZone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = formerZone;
  });

  test("a planned day begins at the reader's time, with its zone, unless that is UTC", () => {
    for (const term of terms) {
      const start = times.startForReader(term);
      if (startInUtc(term).getTimezoneOffset() === 0) expect(start).toBeNull();
      else {
        const named = startInUtc(term).toLocaleTimeString(undefined, {
          hour: "numeric",
          minute: "2-digit",
          timeZoneName: "short",
        });
        expect(start).toContain(named);
        expect(times.startInBrackets(term)).toBe(` (${start})`);
      }
    }
  });

  test("the time zone is the intended one", () => {
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
  });

  test.each(terms)("the day %s is shown, and read in filters and values, as that day", (day) => {
    const expected = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" }).format(
      startInUtc(day),
    );
    expect(words.formatDay(day)).toBe(expected);
    expect(words.formatValue(day)).toBe(expected);
    expect(filters.activeMoreFilters({ endsFrom: day }, undefined)[0]?.label).toBe(`term end from ${expected}`);
  });

  test("days ahead are counted from the reader's own day, around midnight and both clock changes", () => {
    for (const first of ["2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-12-30", "2026-04-24"]) {
      for (let hour = 0; hour < 96; hour += 1) {
        const [year = 0, month = 1, date = 1] = first.split("-").map(Number);
        const now = new Date(year, month - 1, date, hour, 59).getTime();
        const today = localDayOf(now);
        expect(words.formatDaysUntil(today, now)).toBe("today");
        expect(words.formatDaysUntil(addDays(today, 1), now)).toBe("tomorrow");
        expect(words.formatDaysUntil(addDays(today, -1), now)).toBe("yesterday");
        expect(words.formatDaysUntil(addDays(today, 30), now)).toBe("in 30 days");
        expect(
          words.formatDayHeading(new Date(year, month - 1, date + Math.floor(hour / 24) - 1, 12).getTime(), now),
        ).toBe("Yesterday");
      }
    }
  });
});

describe("A12: days", () => {
  test.each([
    "2026-02-29",
    "2026-13-01",
    "0000-01-01",
    "0001-01-01",
    "26-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
    "",
  ])("cannot be read from %s", (text) => {
    expect(isDay(text)).toBe(false);
    expect(() => dayFrom(text)).toThrow(RangeError);
  });

  test("follow each other without gaps over years", () => {
    let day: Day = dayFrom("2024-12-31");
    for (let count = 1; count <= 1_500; count += 1) {
      const next = addDays(day, 1);
      expect(next > day && isDay(next)).toBe(true);
      expect(daysBetween(dayFrom("2024-12-31"), next)).toBe(count);
      expect(utcDayOf(startInUtc(next))).toBe(next);
      day = next;
    }
  });
});
