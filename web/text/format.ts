/** Formats instants, days, durations, numbers and ids. Numbers and dates use the browser's locale; words are English. */
import { addDays, type Day, daysBetween, isDay, localDayOf, startInUtc } from "../../shared/day.ts";

const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto", style: "short" });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const calendarDayFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const shortDayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const longDayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const momentFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
});
const hourFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});
const appointmentFormat = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});
const exactFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const numberFormat = new Intl.NumberFormat();
const plural = new Intl.PluralRules("en");

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
export const dayMs = 24 * hour;

/** `1,204`. */
export function formatNumber(value: number): string {
  return numberFormat.format(value);
}

/** `1 seat`, `25 seats`. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${plural.select(value) === "one" ? one : many}`;
}

/** `3 min ago`, `in 26 days`; both arguments are milliseconds since 1970. */
export function formatRelative(at: number, now: number): string {
  const distance = at - now;
  const size = Math.abs(distance);
  // The page's clock ticks slowly, so a recent instant can be slightly ahead of it.
  if (size < 10 * second || (distance > 0 && distance < minute)) return "just now";
  if (size < minute) return relative.format(Math.round(distance / second), "second");
  if (size < hour) return relative.format(Math.round(distance / minute), "minute");
  if (size < 36 * hour) return relative.format(Math.round(distance / hour), "hour");
  if (size < 365 * dayMs) return relative.format(Math.round(distance / dayMs), "day");
  return relative.format(Math.round(distance / (365.25 * dayMs)), "year");
}

/** A remaining time: `7 s`, `1 min 20 s`, `5 h 12 min`, `26 days`. */
export function formatDuration(ms: number): string {
  const left = Math.max(0, ms);
  if (left < minute) return `${Math.ceil(left / second)} s`;
  if (left < hour) return twoUnits(Math.floor(left / minute), "min", Math.floor((left % minute) / second), "s");
  if (left < 2 * dayMs) return twoUnits(Math.floor(left / hour), "h", Math.floor((left % hour) / minute), "min");
  return countOf(Math.floor(left / dayMs), "day");
}

/** `5 h 12 min`, `5 h`. */
function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `14 Mar 2027`: a day of the calendar, the same one for every reader. */
export function formatDay(day: Day): string {
  return calendarDayFormat.format(startInUtc(day));
}

/** `14 Mar`, where the year is clear. */
export function formatShortDay(day: Day): string {
  return shortDayFormat.format(startInUtc(day));
}

/** `in 26 days`, `tomorrow`, `3 days ago`: calendar days from the reader's own today. */
export function formatDaysUntil(day: Day, now: number): string {
  const days = daysBetween(localDayOf(now), day);
  return Math.abs(days) < 365 ? relative.format(days, "day") : relative.format(Math.round(days / 365.25), "year");
}

/** `14 Mar 2027`: the day of an instant in the reader's zone. */
export function formatDate(at: number): string {
  return dayFormat.format(at);
}

/** A heading of the timeline: `Today`, `Yesterday`, `Monday 23 November 2026`. */
export function formatDayHeading(at: number, now: number): string {
  const today = localDayOf(now);
  const day = localDayOf(at);
  if (day === today) return "Today";
  if (day === addDays(today, -1)) return "Yesterday";
  return longDayFormat.format(at);
}

/** `14 Mar, 14:03:12`, where the year is obvious. */
export function formatMoment(at: number): string {
  return momentFormat.format(at);
}

/** `14 Mar, 14:00`: an hour of usage, where the year is obvious. */
export function formatHour(at: number): string {
  return hourFormat.format(at);
}

/** `Sun, 14 Mar, 09:00`. */
export function formatAppointment(at: number): string {
  return appointmentFormat.format(at);
}

/** `14:03:12`. */
export function formatTime(at: number): string {
  return timeFormat.format(at);
}

/** The instant in the person's zone and in UTC. */
export function formatExact(at: number): string {
  const utc = new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  return `${exactFormat.format(at)} · ${utc}`;
}

/** `37f9dea2…b5b4e4`: both ends of a long id; short ids are returned unchanged. */
export function shortenId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-6)}`;
}

/** `Out of sync` from `out of sync`. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1.4 kB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1_000 ? `${formatNumber(bytes)} B` : `${formatNumber(Math.round(bytes / 100) / 10)} kB`;
}

/** A value of the record as text: absent values as a dash, days and instants as days, objects as JSON. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.length === 0 ? "—" : value.map(formatValue).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return formatDate(Date.parse(value));
  if (typeof value === "string" && isDay(value)) return formatDay(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** JSON with line breaks; text that is not JSON as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
