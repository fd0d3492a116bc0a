/** Terms, days and numbers as the landing page shows them. */
import { type Day, startInUtc, utcDayOf } from "../../../shared/day.ts";

/** `45 seconds`, `3 minutes`. */
export function waitInWords(seconds: number): string {
  return seconds < 90 ? inUnits(seconds, "second") : inUnits(Math.ceil(seconds / 60), "minute");
}

function inUnits(count: number, unit: "second" | "minute"): string {
  return new Intl.NumberFormat("en-US", { style: "unit", unit, unitDisplay: "long" }).format(count);
}

const dayFormat = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });

/** `Mar 14, 2027`. */
export function dayInWords(day: Day): string {
  return dayFormat.format(startInUtc(day));
}

/** The day of an instant in UTC: the server does not know the reader's time zone. */
export function dateInWords(date: Date): string {
  return dayInWords(utcDayOf(date));
}

const wholeNumber = new Intl.NumberFormat("en-US");

export function numberInWords(value: number): string {
  return wholeNumber.format(value);
}
