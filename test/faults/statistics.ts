/** Figures from measurements. */

/** The value below which a share of the values lies; 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);

export const rounded = (value: number, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Counts by value, such as `200: 31, 503: 4`. */
export function tally(values: readonly (string | number | null)[]): string {
  const counts = new Map<string, number>();
  for (const value of values)
    counts.set(String(value ?? "no answer"), (counts.get(String(value ?? "no answer")) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${value}: ${count}`).join(", ");
}
