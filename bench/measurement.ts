/** One line of the table of measurements. */
export type Measurement = {
  name: string;
  value: number;
  unit: string;
  /** In words, with the unit; null for a measurement without a target. */
  target: string | null;
  /** The raw limit in the same unit, measured in the same run. */
  raw?: number;
  /** Of the value to the raw limit; for alternating rounds, the median of their ratios. */
  ratio?: number;
  /** Whether the target is met; absent without a target. */
  isMet?: boolean;
  /** What a reader must know to interpret the value. */
  note?: string;
};

/** A target: of the value itself, or of its ratio to the raw limit. */
export type Bound = { of: "value" | "ratio"; at: "most" | "least"; limit: number };

export const maximum = (limit: number, of: Bound["of"] = "value"): Bound => ({ of, at: "most", limit });
export const minimum = (limit: number, of: Bound["of"] = "value"): Bound => ({ of, at: "least", limit });

/** A measurement with its verdict. All bounds must hold. */
export function withVerdict(row: Omit<Measurement, "target" | "isMet">, ...bounds: Bound[]): Measurement {
  const ratio = row.ratio ?? (row.raw ? row.value / row.raw : undefined);
  const whole = { ...row, value: rounded(row.value), ...(ratio === undefined ? {} : { ratio: rounded(ratio) }) };
  if (row.raw !== undefined) whole.raw = rounded(row.raw);
  if (bounds.length === 0) return { ...whole, target: null };
  const isMet = bounds.every(({ of, at, limit }) => {
    const measured = of === "ratio" ? (ratio ?? Number.NaN) : row.value;
    return at === "most" ? measured <= limit : measured >= limit;
  });
  const target = bounds
    .map(({ of, at, limit }) => `at ${at} ${limit.toLocaleString("en-US")} ${of === "ratio" ? "×" : row.unit}`)
    .join(", ");
  return { ...whole, target, isMet };
}

/** Three significant digits. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
