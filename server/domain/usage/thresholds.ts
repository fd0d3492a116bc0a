/** When the product is notified of how much of the included quantity of a term is used. */
import { type Included } from "./ledger.ts";
import type { Quantity } from "./quantity.ts";

/** In percent of the included quantity. */
const thresholds = [80, 100] as const;

/**
 * The thresholds that usage has reached, without those that were notified in this term.
 * @param notified the highest one; 0: none
 */
export function thresholdsReached(used: Quantity, included: Included | null, notified: number): number[] {
  if (included === null || included === "unlimited" || included.lte(0)) return [];
  return thresholds.filter((percent) => percent > notified && used.times(100).gte(included.times(percent)));
}
