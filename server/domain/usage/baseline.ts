/** What is usual for a customer: the highest hour of the last 30 days, by subscription and dimension. */
import type { UsageState } from "../../../shared/usage.ts";
import { type Quantity, zero } from "./quantity.ts";

export const habitDays = 30;
const habitMs = habitDays * 24 * 60 * 60_000;
/** What was held, rejected or dropped is no habit. */
export const habitStates: readonly UsageState[] = ["included", "waiting", "accepted"];
/** Fewer hours of usage say nothing about a customer's habit. */
const minHabitHours = 24;

/** The hours with usage, and their highest usage. */
export type Habit = { hours: number; highest: Quantity };

export function isUnusual(usage: Quantity, { hours, highest }: Habit, factor: number): boolean {
  return hours >= minHabitHours && usage.gt(highest.times(factor));
}

/** The habit at each of a series' hours, which are passed from the oldest to the newest. */
export function followHabit() {
  const hours: number[] = [];
  /** Hours that have no higher one after them, so the first is the highest. */
  const peaks: { hour: number; usage: Quantity }[] = [];
  return {
    /** Before this hour. */
    at(hour: number): Habit {
      while (hours[0] !== undefined && hours[0] < hour - habitMs) hours.shift();
      while (peaks[0] !== undefined && peaks[0].hour < hour - habitMs) peaks.shift();
      return { hours: hours.length, highest: peaks[0]?.usage ?? zero };
    },
    add(hour: number, usage: Quantity): void {
      hours.push(hour);
      while (peaks.at(-1)?.usage.lte(usage)) peaks.pop();
      peaks.push({ hour, usage });
    },
  };
}
