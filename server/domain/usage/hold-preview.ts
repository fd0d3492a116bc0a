/** Which past hours would have been held with another factor. */
import type { UsageState } from "../../../shared/usage.ts";
import { trackBaseline, baselineStates } from "./baseline.ts";
import { emptyAccount } from "./ledger.ts";
import { type Quantity, quantityOf } from "./quantity.ts";
import { decideSealing } from "./sealing.ts";

/** A sealed hour. Quantities are decimal digits, as they were when it was sealed. */
export type RecordedHour = {
  id: string;
  hour: Date;
  state: UsageState;
  usage: string;
  billable: string;
  effectiveAt: Date;
  sealedAt: Date;
  isTrial: boolean;
};

export type UnusualHour = { id: string; hour: Date; usage: Quantity; highest: Quantity };

/**
 * Sealing decides each hour again. What was sent in the end counts as usual afterwards, as it does now.
 * @param hours of one subscription and dimension, the oldest first
 * @param since earlier hours only show what was usual
 */
export function wouldHold(hours: Iterable<RecordedHour>, factor: number, since: Date): UnusualHour[] {
  const held: UnusualHour[] = [];
  const baselines = trackBaseline();
  for (const recorded of hours) {
    const usage = quantityOf(recorded.usage);
    const hour = recorded.hour.getTime();
    // What is not billed is never held.
    if (recorded.hour >= since && recorded.billable !== "0") {
      const baseline = baselines.at(hour);
      if (stateWith(recorded, usage, { ...baseline, factor }) === "held")
        held.push({ id: recorded.id, hour: recorded.hour, usage, highest: baseline.highest });
    }
    if (baselineStates.includes(recorded.state)) baselines.add(hour, usage);
  }
  return held;
}

function stateWith(
  recorded: RecordedHour,
  usage: Quantity,
  baseline: NonNullable<Parameters<typeof decideSealing>[0]["baseline"]>,
): UsageState | null {
  const decision = decideSealing(
    {
      usage,
      effectiveAt: recorded.effectiveAt,
      status: "Subscribed",
      isTrial: recorded.isTrial,
      isRenewalOpen: false,
      // With these, what was billable then is billable again.
      account: emptyAccount,
      included: usage.minus(quantityOf(recorded.billable)),
      baseline,
    },
    recorded.sealedAt,
  );
  return decision.next === "seal" ? decision.state : null;
}
