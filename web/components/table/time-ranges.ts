/** Time ranges that people choose by name, in the reader's time zone. Days and weeks are those of the calendar, so some have 23 or 25 hours. */

export type TimeRange = { from?: string | undefined; to?: string | undefined };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const timeRangePresets: { label: string; range(now: number): TimeRange }[] = [
  { label: "Last hour", range: (now) => ({ from: toIso(now - hourMs), to: undefined }) },
  { label: "Today", range: (now) => ({ from: toIso(startOfDay(now)), to: undefined }) },
  { label: "Yesterday", range: (now) => ({ from: toIso(startOfDay(now, -1)), to: toIso(startOfDay(now)) }) },
  { label: "Since yesterday", range: (now) => ({ from: toIso(startOfDay(now, -1)), to: undefined }) },
  {
    label: "Last week",
    range: (now) => ({ from: toIso(startOfWeek(now, -1)), to: toIso(startOfWeek(now)) }),
  },
  { label: "Last 7 days", range: (now) => ({ from: toIso(addDays(now, -7)), to: undefined }) },
  { label: "Last 30 days", range: (now) => ({ from: toIso(addDays(now, -30)), to: undefined }) },
];

export const exactRanges: { label: string; end(start: number): number }[] = [
  { label: "Exactly this minute", end: (start) => start + minuteMs },
  { label: "Exactly this hour", end: (start) => start + hourMs },
  { label: "Exactly this day", end: (start) => addDays(start, 1) },
];

export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** An instant as the value of a `datetime-local` input: in the reader's time zone. */
export function toLocalInput(ms: number): string {
  return toIso(ms - new Date(ms).getTimezoneOffset() * minuteMs).slice(0, 19);
}

/** The same time of day on another day. */
function addDays(ms: number, days: number): number {
  const day = new Date(ms);
  return day.setDate(day.getDate() + days);
}

function startOfDay(ms: number, days = 0): number {
  return new Date(addDays(ms, days)).setHours(0, 0, 0, 0);
}

/** Midnight of Monday. Weeks start on Monday as in ISO 8601. */
function startOfWeek(ms: number, weeks = 0): number {
  return startOfDay(ms, 7 * weeks - ((new Date(ms).getDay() + 6) % 7));
}
