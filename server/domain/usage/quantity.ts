/** Quantities of usage are exact decimals: numeric in PostgreSQL, Big here, text in JSON. Never floating point. */
import Big from "big.js";

export type Quantity = Big;

/** Microsoft truncates what is smaller than this (docs: metered billing, amounts below 0.01). */
const billedDecimals = 2;
/** Up to this quantity, two decimals fit a JSON number exactly: 15 digits. */
export const maxBillable = new Big("9999999999999.99");

export const zero = new Big(0);

/** A quantity from the database, or from Microsoft's JSON. @throws Error if it is not a number */
export function quantityOf(value: string | number): Quantity {
  return new Big(value);
}

/** Plain notation without trailing zeros, for the database, JSON and comparisons. */
export function inDigits(quantity: Quantity): string {
  return quantity.toFixed();
}

/** What Microsoft can bill of a quantity. */
export function truncateToBilled(quantity: Quantity): Quantity {
  return quantity.round(billedDecimals, Big.roundDown);
}

export function sumOf(quantities: Iterable<Quantity>): Quantity {
  let sum = zero;
  for (const quantity of quantities) sum = sum.plus(quantity);
  return sum;
}
