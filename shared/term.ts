/** Microsoft's billing terms: ISO 8601 durations such as `P1M`. */

const unitNames = { D: "day", W: "week", M: "month", Y: "year" } as const;

/** How many of which unit; null for a duration of another form, for Microsoft adds units. */
export function readTerm(term: string): { count: number; unit: "day" | "week" | "month" | "year" } | null {
  const parts = /^P(\d{1,4})([DWMY])$/.exec(term);
  return parts && { count: Number(parts[1]), unit: unitNames[parts[2] as keyof typeof unitNames] };
}

/** `P12M` and `P1Y` are the same term. */
export function isSameTerm(one: string, other: string): boolean {
  const months = monthsOf(one);
  return one === other || (months !== null && months === monthsOf(other));
}

function monthsOf(term: string): number | null {
  const read = readTerm(term.toUpperCase());
  if (read?.unit === "month") return read.count;
  return read?.unit === "year" ? read.count * 12 : null;
}

/** `P1M` is `1 month`. Other values are returned unchanged. */
export function termInWords(term: string): string {
  const read = readTerm(term);
  return read ? `${read.count} ${read.unit}${read.count === 1 ? "" : "s"}` : term;
}

/** How often a price is due: `P1M` is `per month`, `P3Y` `per 3 years`. */
export function pricePeriod(term: string): string {
  const read = readTerm(term);
  return read?.count === 1 ? `per ${read.unit}` : `per ${termInWords(term)}`;
}

/** Microsoft's dates of one term can differ by a day between its answers. */
export const maxDriftDays = 2;
