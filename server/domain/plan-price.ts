/** Which of a plan's prices applies to a subscription. */
import { isSameTerm } from "../../shared/term.ts";

type Entry = { termUnit: string | null; words: string };
type Priced<One extends Entry = Entry> = { prices: One[] };

/**
 * The price of the subscription's own term; null if Microsoft gives none, because another term's would be wrong. The plan may
 * spell the term in another way than the subscription.
 */
export function entryOfTerm<One extends Entry>(plan: Priced<One> | undefined, termUnit: string | null): One | null {
  const prices = plan?.prices ?? [];
  const exact = prices.filter((price) => price.termUnit === termUnit);
  const own =
    exact.length > 0 || termUnit === null
      ? exact
      : prices.filter((price) => price.termUnit !== null && isSameTerm(price.termUnit, termUnit));
  if (own.length === 1) return own[0] ?? null;
  return own.length === 0 && prices.length === 1 && termUnit === null ? (prices[0] ?? null) : null;
}

/** The price of another plan: for the same term, or for the only term that the plan has. */
export function entryOfTarget<One extends Entry>(plan: Priced<One>, termUnit: string | null): One | null {
  return entryOfTerm(plan, termUnit) ?? (plan.prices.length === 1 ? (plan.prices[0] ?? null) : null);
}
