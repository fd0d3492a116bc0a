/** Which past hours would have been held with another factor. */
import type { UsageState } from "../../../shared/usage.ts";
import { followHabit, habitStates } from "./habit.ts";
import { emptyAccount } from "./ledger.ts";
import { type Quantity, quantityOf } from "./quantity.ts";
import { decideSealing } from "./sealing.ts";

/** A sealed hour. Quantities are decimal digits, as they were when it was sealed. */
export type PastHour = {
  id: string;
  hour: Date;
  state: UsageState;
  usage: string;
  billable: string;
  effectiveAt: Date;
  sealedAt: Date;
  isTrial: boolean;
};

export type HeldHour = { id: string; hour: Date; usage: Quantity; highest: Quantity };

/**
 * Sealing decides each hour again. What was sent in the end counts as usual afterwards, as it does now.
 * @param hours of one subscription and dimension, the oldest first
 * @param since earlier hours only show what was usual
 */
export function wouldHold(hours: Iterable<PastHour>, factor: number, since: Date): HeldHour[] {
  const held: HeldHour[] = [];
  const habits = followHabit();
  for (const past of hours) {
    const usage = quantityOf(past.usage);
    const hour = past.hour.getTime();
    // What is not billed is never held.
    if (past.hour >= since && past.billable !== "0") {
      const habit = habits.at(hour);
      if (stateWith(past, usage, { ...habit, factor }) === "held")
        held.push({ id: past.id, hour: past.hour, usage, highest: habit.highest });
    }
    if (habitStates.includes(past.state)) habits.add(hour, usage);
  }
  return held;
}

function stateWith(
  past: PastHour,
  usage: Quantity,
  habit: NonNullable<Parameters<typeof decideSealing>[0]["habit"]>,
): UsageState | null {
  const decision = decideSealing(
    {
      usage,
      effectiveAt: past.effectiveAt,
      status: "Subscribed",
      isTrial: past.isTrial,
      // With these, what was billable then is billable again.
      account: emptyAccount,
      included: usage.minus(quantityOf(past.billable)),
      habit,
    },
    past.sealedAt,
  );
  return decision.next === "seal" ? decision.state : null;
}
