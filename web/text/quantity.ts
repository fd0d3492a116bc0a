/** Formats and reads quantities of usage, which are decimal digits. */
import { createDecimalReader } from "../../shared/decimal-number.ts";
import { unlimited } from "../../shared/usage.ts";

const format = new Intl.NumberFormat(undefined, { maximumFractionDigits: 10 });

/** Decimal digits in the reader's format, not converted to floating point. */
export function quantityIn(digits: string, unit: string | null): string {
  const number = format.format(digits as `${number}`);
  return unit === null ? number : `${number} ${unit}`;
}

/** Reads what `quantityIn` writes without a unit, and what people type instead. */
export const readQuantity = createDecimalReader();

/** The included quantity of a plan: a quantity, `unlimited`, or null if unknown. */
export function includedQuantity(included: string | null, unit: string | null): string {
  if (included === null) return "Unknown";
  return included === unlimited ? "Unlimited" : quantityIn(included, unit);
}
