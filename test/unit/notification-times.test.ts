import { describe, expect, test } from "vitest";
import { dueDigestDay } from "../../server/domain/notification-times.ts";

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
