/**
 * Calendar days. A day that Microsoft states or a person chooses is that day in every time zone, so it is never
 * converted to an instant and back. Instants (`Date`, ISO 8601 with a zone) are for moments.
 */
declare const brand: unique symbol;
/** `2027-03-14`. Days sort as text. */
export type Day = string & { readonly [brand]: "day" };

const pattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const dayMs = 86_400_000;

/** Whether the text is an existing day. Year 1 is Microsoft's "never". */
export function isDay(text: string): text is Day {
  const [, year, month, day] = pattern.exec(text)?.map(Number) ?? [];
  if (year === undefined || year <= 1 || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** @throws RangeError if the text is not a day */
export function dayFrom(text: string): Day {
  if (isDay(text)) return text;
  throw new RangeError(`"${text}" is not a day`);
}

/** The day of an instant in UTC. */
export function utcDayOf(at: Date | number): Day {
  return new Date(at).toISOString().slice(0, 10) as Day;
}

/** The day of an instant in this process's time zone; in a browser, the reader's. */
export function localDayOf(at: Date | number): Day {
  const date = new Date(at);
  return utcDayOf(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
}

/** The first moment of a day in UTC. */
export function startInUtc(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

export function addDays(day: Day, count: number): Day {
  return utcDayOf(startInUtc(day).getTime() + count * dayMs);
}

/** Calendar days between two days: 0 for the same day. Changes of the clock in between do not count. */
export function daysBetween(from: Day, to: Day): number {
  return (startInUtc(to).getTime() - startInUtc(from).getTime()) / dayMs;
}

/** The month of a day and those before it, the oldest first: `2026-11`. */
export function lastMonths(day: Day, count: number): string[] {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - count + index, 1)).toISOString().slice(0, 7),
  );
}
