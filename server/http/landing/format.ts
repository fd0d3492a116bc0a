/** A purchase in the purchaser's words. */
import { type Day, startInUtc, utcDayOf } from "../../../shared/day.ts";

/** `P1M` as `1 month`; what is not understood stays as it came, for Microsoft adds units. */
export function termInWords(unit: string): string {
  const parts = /^P(\d+)([DWMY])$/.exec(unit);
  if (!parts) return unit;
  const count = Number(parts[1]);
  const name = { D: "day", W: "week", M: "month", Y: "year" }[parts[2] as "D" | "W" | "M" | "Y"];
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** `14 March 2027`. */
export function dayInWords(day: Day): string {
  return dayFormat.format(startInUtc(day));
}

/** The day of an instant in UTC: the server does not know the zone of the reader. */
export function dateInWords(date: Date): string {
  return dayInWords(utcDayOf(date));
}

const wholeNumber = new Intl.NumberFormat("en");

export function numberInWords(value: number): string {
  return wholeNumber.format(value);
}
