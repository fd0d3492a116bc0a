/** Preset times for snoozing. */

const hourMs = 60 * 60_000;

export type SnoozeTime = { label: string; until: Date };

/** 9 a.m. in the reader's time zone, the given number of days from now. */
function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
}

/** The presets that are not after the latest allowed time. */
export function snoozeTimes(now: Date, latest: Date): SnoozeTime[] {
  const all = [
    { label: "In 1 hour", until: new Date(now.getTime() + hourMs) },
    { label: "In 4 hours", until: new Date(now.getTime() + 4 * hourMs) },
    { label: "Tomorrow morning", until: morning(now, 1) },
    { label: "In 3 days", until: morning(now, 3) },
    { label: "In 1 week", until: morning(now, 7) },
  ];
  return all.filter(({ until }) => until <= latest);
}

/** An instant as the value of a `datetime-local` input, in the reader's time zone: `2027-03-14T09:00`. */
export function toFieldValue(instant: Date): string {
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The value of a `datetime-local` input as ISO 8601 in UTC; empty if the input is empty. */
export function fromFieldValue(value: string): string {
  const instant = new Date(value);
  return value === "" || Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
}
