import { afterEach, describe, expect, test } from "vitest";
import { exactRanges, timeRangePresets } from "../../web/components/table/time-ranges.ts";

const formerZone = process.env["TZ"];
afterEach(() => {
  if (formerZone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = formerZone;
});

/** The range in local time, as `2026-10-25 00:00`. */
function preset(label: string, now: Date): (string | undefined)[] {
  const { from, to } = timeRangePresets.find((one) => one.label === label)?.range(now.getTime()) ?? {};
  return [from, to].map((instant) => instant && inLocalTime(new Date(instant)));
}

const inLocalTime = (time: Date) => time.toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });

describe.each([
  { zone: "Europe/Berlin", change: [2026, 9, 25] as const, hours: 25 },
  { zone: "Europe/Berlin", change: [2026, 2, 29] as const, hours: 23 },
  { zone: "America/Los_Angeles", change: [2026, 10, 1] as const, hours: 25 },
  { zone: "Australia/Lord_Howe", change: [2026, 3, 5] as const, hours: 24.5 },
  { zone: "Africa/Cairo", change: [2026, 9, 29] as const, hours: 25 },
])("a day of $hours hours in $zone", ({ zone, change: [year, month, day], hours }) => {
  const at = (days: number, hour: number, minute = 0) => new Date(year, month, day + days, hour, minute);
  const text = (days: number) => inLocalTime(at(days, 0));

  test.each([0, 30].flatMap((minute) => [0, 12, 23].map((hour) => [hour, minute] as const)))(
    "is a whole day of the calendar at %i:%i",
    (hour, minute) => {
      process.env["TZ"] = zone;
      const during = at(0, hour, minute);
      const after = at(1, hour, minute);
      expect(preset("Today", during)).toEqual([text(0), undefined]);
      expect(preset("Yesterday", during)).toEqual([text(-1), text(0)]);
      expect(preset("Since yesterday", during)).toEqual([text(-1), undefined]);
      expect(preset("Yesterday", after)).toEqual([text(0), text(1)]);
      expect(preset("Last 7 days", after)).toEqual([inLocalTime(at(-6, hour, minute)), undefined]);
    },
  );

  test("is *exactly this day* from its start to its end", () => {
    process.env["TZ"] = zone;
    const start = at(0, 0).getTime();
    const end = exactRanges.find(({ label }) => label === "Exactly this day")?.end(start) ?? 0;
    expect((end - start) / 3_600_000).toBe(hours);
  });
});

test("the last week is that from Monday to Monday", () => {
  process.env["TZ"] = "Europe/Berlin";
  expect(preset("Last week", new Date(2026, 9, 26, 0, 30))).toEqual(["2026-10-19 00:00", "2026-10-26 00:00"]);
  expect(preset("Last week", new Date(2026, 10, 1, 23, 30))).toEqual(["2026-10-19 00:00", "2026-10-26 00:00"]);
});
