/** When a subscription of the sample history is due: in its own hour of the night, also in the night of the start. */
import { expect, test } from "vitest";
import { hourOfNight } from "../../sandbox/history/replay.ts";

const midnight = Date.parse("2026-12-01T00:00:00Z");
const hourMs = 3_600_000;
/** Its hour is 16,777,215 ms after midnight: about 04:39. */
const late = "ffffff00-0000-4000-8000-000000000000";

test("in a past night, each has its own hour", () => {
  const until = midnight + 20 * hourMs;
  expect(hourOfNight(midnight, late, until)).toBe(midnight + 16_777_215);
  expect(hourOfNight(midnight, "000001".padEnd(36, "0"), until)).toBe(midnight + 1);
});

test("in the night of the start, nothing is left to the present", () => {
  expect(hourOfNight(midnight, late, midnight + 3 * hourMs)).toBe(midnight + 2 * hourMs);
});

test("no subscription is due before its day", () => {
  expect(hourOfNight(midnight, late, midnight + hourMs / 2)).toBe(midnight);
  expect(hourOfNight(midnight, late, midnight - hourMs)).toBe(midnight);
});
