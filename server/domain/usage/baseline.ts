/** What is usual for a customer: the highest hour of the last 30 days, by subscription and dimension. */
import type { UsageState } from "../../../shared/usage.ts";
import { type Quantity, zero } from "./quantity.ts";

export const baselineDays = 30;
const baselineMs = baselineDays * 24 * 60 * 60_000;
/** Held, rejected and dropped usage does not count. */
export const baselineStates: readonly UsageState[] = ["included", "waiting", "accepted"];
/** With fewer hours of usage there is no baseline. */
const minBaselineHours = 24;

/** The hours with usage, and their highest usage. */
export type UsageBaseline = { hours: number; highest: Quantity };

export function isUnusual(usage: Quantity, { hours, highest }: UsageBaseline, factor: number): boolean {
  return hours >= minBaselineHours && usage.gt(highest.times(factor));
}

/** The baseline at each of a series' hours, which are passed from the oldest to the newest. */
export function trackBaseline() {
  const hours: number[] = [];
  /** Hours that have no higher one after them, so the first is the highest. */
  const peaks: { hour: number; usage: Quantity }[] = [];
  return {
    /** Before this hour. */
    at(hour: number): UsageBaseline {
      while (hours[0] !== undefined && hours[0] < hour - baselineMs) hours.shift();
      while (peaks[0] !== undefined && peaks[0].hour < hour - baselineMs) peaks.shift();
      return { hours: hours.length, highest: peaks[0]?.usage ?? zero };
    },
    add(hour: number, usage: Quantity): void {
      hours.push(hour);
      while (peaks.at(-1)?.usage.lte(usage)) peaks.pop();
      peaks.push({ hour, usage });
    },
  };
}
