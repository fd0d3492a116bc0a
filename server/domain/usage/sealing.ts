/** What happens to the usage of an hour when it is sealed. */
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import { usageWindowMs } from "../../../shared/usage.ts";
import { type UsageBaseline, isUnusual } from "./baseline.ts";
import { isTooOld } from "./hours.ts";
import { addUsage, type Included, type UsageAccount } from "./ledger.ts";
import { maxBillable, type Quantity, zero } from "./quantity.ts";

/** Looked at again: a reinstatement, a renewal or an admin's entry wakes it earlier. */
const postponeMs = 10 * 60_000;
/** The problem of a quantity that JSON cannot state exactly. */
export const tooLarge = "TooLarge";
const unusual = "Unusual";

export type SealInput = {
  usage: Quantity;
  effectiveAt: Date;
  status: SubscriptionStatus;
  isTrial: boolean;
  /** The trial has ended, and Microsoft has not reported yet whether it became paid. */
  isRenewalOpen: boolean;
  account: UsageAccount;
  /** Null: unknown. */
  included: Included | null;
  /** What is usual, and how many times the usual is held; null if unusual usage is not held. */
  baseline: (UsageBaseline & { factor: number }) | null;
};

type Blocked = "Suspended" | "TrialRenewal" | "IncludedUnknown";

export type SealDecision =
  | { next: "postpone"; until: Date; problem: Blocked }
  | {
      next: "seal";
      state: "included" | "waiting" | "held" | "rejected" | "lost";
      billable: Quantity;
      /** With this hour, if it counts. */
      account: UsageAccount;
      /** False: the quantity may be wrong, so it does not count toward the included quantity until staff decide. */
      isCounted: boolean;
      problem: string | null;
    }
  /** What of it exceeds the included quantity is unknown. */
  | { next: "give-up"; problem: "Suspended" | "IncludedUnknown" };

export function decideSealing(input: SealInput, now: Date): SealDecision {
  const { usage, effectiveAt, included } = input;
  const isOver = isTooOld(effectiveAt, now);
  const blocked = sealingBlock(input);
  if (input.isTrial)
    return {
      next: "seal",
      state: "included",
      billable: zero,
      isCounted: true,
      problem: null,
      account: addUsage(input.account, usage, "unlimited").account,
    };
  if (blocked !== null && !isOver) {
    const edge = effectiveAt.getTime() + usageWindowMs;
    return { next: "postpone", until: new Date(Math.min(edge, now.getTime() + postponeMs)), problem: blocked };
  }
  if (included === null) return { next: "give-up", problem: "IncludedUnknown" };
  const { account, billable } = addUsage(input.account, usage, included);
  const counted = { next: "seal" as const, billable, account, isCounted: true };
  if (billable.eq(0)) return { ...counted, state: "included", problem: null };
  const doubt = billable.gt(maxBillable) ? tooLarge : isDoubtful(input) ? unusual : null;
  if (doubt !== null) {
    const state = isOver ? "lost" : doubt === tooLarge ? "rejected" : "held";
    return { ...counted, account: input.account, isCounted: false, state, problem: doubt };
  }
  if (isOver) return { ...counted, state: "lost", problem: blocked ?? "TooLate" };
  return { ...counted, state: "waiting", problem: null };
}

function sealingBlock({ status, isRenewalOpen, included }: SealInput): Blocked | null {
  if (status === "Suspended") return "Suspended";
  if (isRenewalOpen) return "TrialRenewal";
  return included === null ? "IncludedUnknown" : null;
}

function isDoubtful({ usage, baseline }: SealInput): boolean {
  return baseline !== null && isUnusual(usage, baseline, baseline.factor);
}
