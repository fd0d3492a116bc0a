/** I12: what Microsoft accepted of usage is what was reported in time beyond the included quantity. */
import Big from "big.js";

export type ReportedUsage = { subscriptionId: string; dimension: string; quantity: string; isLost: boolean };
export type AcceptedHour = { resourceId: string; dimension: string; hour: number; quantity: number };
export type LedgerHour = {
  subscriptionId: string;
  dimension: string;
  hour: Date;
  state: string;
  accepted: string | null;
  /** Reported too late. */
  lost: string;
  /** Sealed, and too old before Microsoft had it. */
  notSent: string;
  late: string;
};

export type Bill = {
  reported: readonly ReportedUsage[];
  accepted: readonly AcceptedHour[];
  hours: readonly LedgerHour[];
  /** By dimension; all usage is of one term. */
  included: ReadonlyMap<string, Big>;
};

/** To the last decimal: Microsoft bills hundredths, and what is smaller is carried. */
export function billedIsExcess({ reported, accepted, hours, included }: Bill, report: (what: string) => void): void {
  const keyOf = (subscriptionId: string, dimension: string) => `${dimension} of ${subscriptionId}`;
  const [used, billed, tooLate, lost] = [sums(), sums(), sums(), sums()];
  for (const { subscriptionId, dimension, quantity, isLost } of reported)
    (isLost ? tooLate : used).add(keyOf(subscriptionId, dimension), quantity);
  for (const { resourceId, dimension, quantity } of accepted)
    billed.add(keyOf(resourceId, dimension), String(quantity));
  const ledger = new Map<string, string | null>();
  for (const one of hours) {
    const key = keyOf(one.subscriptionId, one.dimension);
    lost.add(key, one.lost);
    ledger.set(`${key} at ${one.hour.toISOString()}`, one.accepted);
    if (one.notSent !== "0") report(`${one.notSent} ${key} at ${one.hour.toISOString()} was lost`);
    if (["collecting", "waiting", "held", "rejected"].includes(one.state) || one.late !== "0")
      report(`${key} at ${one.hour.toISOString()} is ${one.state}, with ${one.late} late`);
  }
  const dimensionOf = new Map(reported.map((one) => [keyOf(one.subscriptionId, one.dimension), one.dimension]));
  for (const key of new Set([...dimensionOf.keys(), ...billed.keys()])) {
    const excess = used.of(key).minus(included.get(dimensionOf.get(key) ?? "") ?? 0);
    const expected = excess.gt(0) ? excess.round(2, Big.roundDown) : new Big(0);
    if (!billed.of(key).eq(expected))
      report(`Microsoft accepted ${billed.of(key).toFixed()} ${key}, and the excess is ${expected.toFixed()}`);
    if (!lost.of(key).eq(tooLate.of(key)))
      report(`${lost.of(key).toFixed()} ${key} counts as lost, and ${tooLate.of(key).toFixed()} was reported too late`);
  }
  for (const { resourceId, dimension, hour, quantity } of accepted) {
    const name = `${keyOf(resourceId, dimension)} at ${new Date(hour).toISOString()}`;
    const own = ledger.get(name) ?? null;
    ledger.delete(name);
    if (own === null || !new Big(own).eq(String(quantity)))
      report(`Microsoft accepted ${quantity} ${name}, and the ledger has ${own ?? "nothing"}`);
  }
  for (const [name, own] of ledger) if (own !== null) report(`the ledger has ${own} ${name}, and Microsoft nothing`);
}

function sums() {
  const totals = new Map<string, Big>();
  const of = (key: string) => totals.get(key) ?? new Big(0);
  return {
    of,
    keys: () => totals.keys(),
    add: (key: string, quantity: string) => void totals.set(key, of(key).plus(quantity)),
  };
}
