/** The events about how much of an included quantity is used. */
import { unlimited } from "../../../shared/usage.ts";
import type { ActivityEntry } from "../../database/record/record.ts";
import type { Included } from "../../domain/usage/ledger.ts";
import { inDigits, type Quantity } from "../../domain/usage/quantity.ts";
import { thresholdsReached } from "../../domain/usage/thresholds.ts";
import type { TermSpan } from "../../domain/usage/term.ts";

export type AccountOf = { subscriptionId: string; planId: string; dimension: string; term: TermSpan };

/**
 * What an account's new total is announced with, to the product and in the audit trail.
 * @param included null: unknown
 * @param notified the highest percentage that was announced; 0: none
 */
export function thresholdEntries(
  { subscriptionId, planId, dimension, term }: AccountOf,
  { used, included, notified }: { used: Quantity; included: Included | null; notified: number },
): { entries: ActivityEntry[]; notified: number } {
  const reached = thresholdsReached(used, included, notified);
  const entries = reached.map((percent): ActivityEntry => ({
    subscriptionId,
    kind: "usage.threshold_reached",
    summary: `${percent}% of the included quantity of ${dimension} is used`,
    after: {
      dimension,
      planId,
      percent,
      used: inDigits(used),
      included: included === null || included === unlimited ? null : inDigits(included),
      termStartsOn: term.startsOn,
      termEndsOn: term.endsOn,
    },
  }));
  return { entries, notified: Math.max(notified, ...reached) };
}
