/**
 * What is billed: the usage of a term beyond what its plan includes. Each account adds up one dimension in one term
 * of a subscription, and only its totals count, so the order in which hours are sealed does not change the bill.
 */
import { unlimited } from "../../../shared/usage.ts";
import { type Quantity, truncateToBilled, zero } from "./quantity.ts";

/** `used`: the usage so far. `billed`: what of it exceeded the included quantity. */
export type UsageAccount = { used: Quantity; billed: Quantity };

export type Included = Quantity | typeof unlimited;

export const emptyAccount: UsageAccount = { used: zero, billed: zero };

/**
 * Adds an hour's usage. What is billed are differences of truncated totals: the part below 0.01 is carried to the
 * next hour of the term. If more is included than before, nothing is billed until usage exceeds it; if less is
 * included, earlier usage stays included.
 */
export function addUsage(
  account: UsageAccount,
  added: Quantity,
  included: Included,
): { account: UsageAccount; billable: Quantity } {
  const used = account.used.plus(added);
  const due = billedOf(used, included).minus(account.billed).minus(waivedOf(account, included));
  const billable = due.gt(0) ? due : zero;
  return { account: { used, billed: account.billed.plus(billable) }, billable };
}

/** What was included when it was used, and would exceed what is included now. */
function waivedOf({ used, billed }: UsageAccount, included: Included): Quantity {
  const beyond = billedOf(used, included).minus(billed);
  return beyond.gt(0) ? beyond : zero;
}

/** What a term's usage amounts to at Microsoft. */
export function billedOf(used: Quantity, included: Included): Quantity {
  if (included === unlimited) return zero;
  const excess = used.minus(included);
  return excess.gt(0) ? truncateToBilled(excess) : zero;
}
