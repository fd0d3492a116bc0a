/** Times that are fixed in UTC, as the reader's clock shows them. */
import { type Day, startInUtc } from "../../shared/day.ts";

const time = { hour: "numeric", minute: "2-digit", timeZoneName: "short" } as const;
const startFormat = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", ...time });
const timeFormat = new Intl.DateTimeFormat(undefined, time);

/** When a day in UTC begins: `Fri, Dec 4, 4:00 PM PST`; null if the reader's clock shows the same as UTC. */
export function startForReader(day: Day): string | null {
  return inReadersZone(startInUtc(day), startFormat);
}

/** ` (Fri, Dec 4, 4:00 PM PST)` to follow `00:00 UTC`; empty if the reader's clock shows the same. */
export function startInBrackets(day: Day): string {
  const start = startForReader(day);
  return start === null ? "" : ` (${start})`;
}

/** The time of day of an instant: `6:37 PM PST`; null if the reader's clock shows the same as UTC. */
export function timeForReader(at: Date): string | null {
  return inReadersZone(at, timeFormat);
}

function inReadersZone(at: Date, format: Intl.DateTimeFormat): string | null {
  return at.getTimezoneOffset() === 0 ? null : format.format(at);
}
