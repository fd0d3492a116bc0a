/** The times until which something may be put off. */

const hourMs = 60 * 60_000;

export type SnoozeTime = { label: string; until: Date };

/** Nine in the morning, in the person's zone, so many days from now. */
function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9);
}

/** What is offered, as far as it is not too late. */
export function snoozeTimes(now: Date, latest: Date): SnoozeTime[] {
  const all = [
    { label: "In an hour", until: new Date(now.getTime() + hourMs) },
    { label: "In four hours", until: new Date(now.getTime() + 4 * hourMs) },
    { label: "Tomorrow morning", until: morning(now, 1) },
    { label: "In three days", until: morning(now, 3) },
    { label: "In a week", until: morning(now, 7) },
  ];
  return all.filter(({ until }) => until <= latest);
}

/** An instant as a field of date and time shows it, in the person's zone: `2027-03-14T09:00`. */
export function toFieldValue(instant: Date): string {
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant of a field of date and time as ISO 8601 in UTC; empty when the field is. */
export function fromFieldValue(value: string): string {
  const instant = new Date(value);
  return value === "" || Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
}
