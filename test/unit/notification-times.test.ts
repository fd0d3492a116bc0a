import { describe, expect, test } from "vitest";
import { dueDigestDay, isNoticeDue } from "../../server/domain/notification-times.ts";

const longAgo = new Date("2026-01-01T00:00:00Z");
const settings = {
  weekly: { weekday: 1, at: "08:00", scope: "all" as const },
  quietHours: null,
  zone: "Europe/Berlin",
};
const dueAt = (instant: string, others: object = {}, since = longAgo) =>
  dueDigestDay({ ...settings, ...others }, since, new Date(instant));

describe("a weekly digest", () => {
  test("is due from its time in the person's zone, for a day", () => {
    // Monday, November 30, 2026; Berlin is an hour ahead of UTC.
    expect(dueAt("2026-11-30T06:59:00Z")).toBeNull();
    expect(dueAt("2026-11-30T07:00:00Z")).toBe("2026-11-30");
    expect(dueAt("2026-12-01T06:59:00Z")).toBe("2026-11-30");
    expect(dueAt("2026-12-01T07:00:00Z")).toBeNull();
    expect(dueAt("2026-11-30T07:00:00Z", { zone: "Pacific/Kiritimati" })).toBe("2026-11-30");
    expect(dueAt("2026-11-30T07:00:00Z", { zone: "Pacific/Honolulu" })).toBeNull();
  });

  test("names one day a week, in a year with both changes of the clock", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]) {
      for (const at of ["00:00", "02:30", "23:59"]) {
        const weekly = { ...settings.weekly, weekday: 7, at };
        const days = new Set<string>();
        for (let ms = Date.UTC(2026, 0, 5); ms < Date.UTC(2027, 0, 4); ms += 30 * 60_000) {
          const day = dueDigestDay({ ...settings, weekly, zone }, longAgo, new Date(ms));
          if (day !== null) days.add(day);
        }
        const sorted = [...days].toSorted();
        expect(sorted.every((day) => new Date(day).getUTCDay() === 0)).toBe(true);
        expect([52, 53]).toContain(sorted.length);
      }
    }
  });

  test("is not due for a time before it was chosen, in quiet hours, or without a choice", () => {
    const monday = "2026-11-30T08:00:00Z";
    expect(dueAt(monday, {}, new Date("2026-11-30T07:30:00Z"))).toBeNull();
    expect(dueAt(monday, {}, new Date("2026-11-30T06:30:00Z"))).toBe("2026-11-30");
    expect(dueAt(monday, { quietHours: { from: "20:00", to: "10:00" } })).toBeNull();
    expect(dueAt("2026-11-30T09:00:00Z", { quietHours: { from: "20:00", to: "10:00" } })).toBe("2026-11-30");
    expect(dueAt(monday, { weekly: undefined })).toBeNull();
  });
});

describe("a daily message", () => {
  const times = { quietHours: null, dailyAt: "08:00", zone: "Europe/Berlin" };
  /** When it is due first, in steps of 10 minutes. */
  function firstDueAt(seenAt: string, others: object = {}): string | null {
    const about = { oldestAt: new Date(seenAt), lastAt: null };
    for (let ms = Date.parse(seenAt); ms < Date.parse(seenAt) + 3 * 86_400_000; ms += 600_000) {
      if (isNoticeDue("daily", { ...times, ...others }, about, new Date(ms))) return new Date(ms).toISOString();
    }
    return null;
  }

  test("is due at its time of the next day, also when the clock changes in the night", () => {
    expect(firstDueAt("2026-07-01T06:30:00Z")).toBe("2026-07-02T06:00:00.000Z");
    expect(firstDueAt("2026-07-01T05:30:00Z")).toBe("2026-07-01T06:00:00.000Z");
    // Back by an hour on October 25, 2026, and ahead on March 29.
    expect(firstDueAt("2026-10-24T06:30:00Z")).toBe("2026-10-25T07:00:00.000Z");
    expect(firstDueAt("2026-10-25T07:30:00Z")).toBe("2026-10-26T07:00:00.000Z");
    expect(firstDueAt("2026-03-28T07:30:00Z")).toBe("2026-03-29T06:00:00.000Z");
    expect(firstDueAt("2026-03-29T06:30:00Z")).toBe("2026-03-30T06:00:00.000Z");
  });

  test("is due although the clock skips its time", () => {
    expect(firstDueAt("2026-03-28T02:00:00Z", { dailyAt: "02:30" })).toBe("2026-03-29T01:00:00.000Z");
  });
});
