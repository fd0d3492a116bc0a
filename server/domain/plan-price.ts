/** Which of a plan's prices applies to a subscription. */

type Priced = { prices: { termUnit: string | null; words: string }[] };

/**
 * The price of the subscription's own term, in words; null if Microsoft gives none, because another term's price
 * would be wrong.
 */
export function priceOfTerm(plan: Priced | undefined, termUnit: string | null): string | null {
  const prices = plan?.prices ?? [];
  const own = prices.filter((price) => price.termUnit === termUnit);
  if (own.length === 1) return own[0]?.words ?? null;
  return own.length === 0 && prices.length === 1 && termUnit === null ? (prices[0]?.words ?? null) : null;
}

/** The price of another plan: for the same term, or for the only term that the plan has. */
export function priceOfTarget(plan: Priced, termUnit: string | null): string | null {
  return priceOfTerm(plan, termUnit) ?? (plan.prices.length === 1 ? (plan.prices[0]?.words ?? null) : null);
}
