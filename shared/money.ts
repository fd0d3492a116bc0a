/** Words of money that server and browser share. */

/** Whether the money of a subscription recurs, and why it is at risk or does not count. */
export const moneyStates = ["recurring", "suspended", "ending", "trial", "pending", "test", "ended"] as const;
export type MoneyState = (typeof moneyStates)[number];

/** States whose money recurs: it counts as MRR until the subscription ends. */
export const recurringStates: readonly MoneyState[] = ["recurring", "suspended", "ending"];

/**
 * Why the MRR changed. `new`, `reactivation` and `churn` are a customer's first, returning and last recurring money;
 * `expansion` and `contraction` everything between. `moved`: the same money on another plan, channel or currency.
 */
export const movementKinds = ["new", "expansion", "reactivation", "contraction", "churn", "moved"] as const;
export type MovementKind = (typeof movementKinds)[number];

/** Where a price comes from. `private`: from a private offer. `unknown`: Microsoft has given none for this term. */
export const priceBases = ["list", "private", "unknown"] as const;
export type PriceBasis = (typeof priceBases)[number];

export const salesChannels = ["direct", "reseller", "unknown"] as const;
export type SalesChannel = (typeof salesChannels)[number];

const maxDecimals = 10;

/** A decimal in text times a whole number, exactly. */
export function multiplyAmount(amount: string, count: number): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const digits = (BigInt(whole + fraction.padEnd(maxDecimals, "0")) * BigInt(count)).toString();
  const padded = digits.padStart(maxDecimals + 1, "0");
  const decimals = padded.slice(-maxDecimals);
  let length = decimals.length;
  while (decimals[length - 1] === "0") length -= 1;
  const integer = padded.slice(0, -maxDecimals);
  return length === 0 ? integer : `${integer}.${decimals.slice(0, length)}`;
}
