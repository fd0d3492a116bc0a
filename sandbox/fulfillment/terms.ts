/** Subscription terms in whole days, UTC. */

const dayMs = 86_400_000;

/** UTC midnight at or before an instant. */
export function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

/** An instant plus an ISO 8601 duration of years, months, weeks and days, such as `P1M` or `P18M`. */
export function addDuration(at: number, duration: string): number {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration);
  if (!match) throw new Error(`${duration} is not a duration such as P1M or P1Y.`);
  const [years, months, weeks, days] = match.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(at);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + (years ?? 0) * 12 + (months ?? 0));
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, lastDay));
  return date.getTime() + ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs;
}

/** The first and last day of a term that begins on the day of `at`. */
export function termFrom(at: number, termUnit: string): { termStart: number; termEnd: number } {
  const termStart = startOfDay(at);
  return { termStart, termEnd: addDuration(termStart, termUnit) - dayMs };
}

/** The instant at which a term ends, given its last day. */
export function endOfTerm(termEnd: number): number {
  return termEnd + dayMs;
}
