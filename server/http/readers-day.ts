import { type Day, daysBetween, isDay, utcDayOf } from "../../shared/day.ts";

/** Today, as sent by the reader's browser. No time zone is more than a day from UTC; other values are ignored. */
export function readersDay(text: string | undefined, now: Date): Day | null {
  return text !== undefined && isDay(text) && Math.abs(daysBetween(utcDayOf(now), text)) <= 1 ? text : null;
}
