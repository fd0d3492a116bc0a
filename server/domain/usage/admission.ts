/** Decides when a usage event arrives whether it can be billed. A refusal is a sentence for the product's developers. */
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { Day } from "../../../shared/day.ts";
import { isTooOld } from "./hours.ts";
import { isAfterTrial } from "./term.ts";

/** A clock of the product that differs by this much is tolerated. */
const maxClockDifferenceMs = 5 * 60_000;
/** Older usage is a mistake in the product, and would only fill the list of lost usage. */
const maxRecordedAgeMs = 31 * 24 * 60 * 60_000;

/** The facts of a subscription that decide whether its usage is accepted. */
export type MeteredSubscription = {
  id: string;
  offerId: string;
  status: SubscriptionStatus;
  statusSince: Date;
  /** When Microsoft was asked to activate the purchase, if that was recently: it was not active before. */
  activeFrom: Date | null;
  isFreeTrial: boolean;
  /** The last day of the current term; null if unknown. */
  termEndsOn: Day | null;
  /** When a free trial became a paid subscription, if that was recently. */
  trialEndedAt: Date | null;
  /** Suspensions of the last hours that have ended. */
  suspensions: readonly { from: Date; until: Date }[];
  /** Newest first; the first one is the current plan, and the last one has no `since`. */
  plans: readonly MeteredPlan[];
};

export type MeteredPlan = {
  planId: string;
  /** When the subscription got the plan. */
  since: Date | null;
  isPerSeat: boolean;
  dimensions: ReadonlySet<string>;
};

/** `isTrial`: it happened during the free trial, which is not billed. */
export type Admission = { planId: string; isLost: boolean; isTrial: boolean } | { refused: string };

/** An event is checked against the plan and the status at the moment when it happened. */
export function admit(
  event: { dimension: string; occurredAt: Date },
  subscription: MeteredSubscription,
  now: Date,
): Admission {
  const { occurredAt } = event;
  if (occurredAt.getTime() - now.getTime() > maxClockDifferenceMs) {
    return { refused: "The time is in the future. Check the time and its time zone." };
  }
  if (now.getTime() - occurredAt.getTime() > maxRecordedAgeMs) {
    return { refused: "The time is more than 31 days ago. Microsoft accepts usage for 24 hours." };
  }
  const refused = notBilledReason(occurredAt, subscription);
  if (refused !== null) return { refused };
  const plan = planAt(occurredAt, subscription);
  if (plan.isPerSeat) {
    return { refused: `The plan "${plan.planId}" is sold per seat. Microsoft bills usage only for flat-rate plans.` };
  }
  if (plan.dimensions.size === 0) {
    return {
      refused: `The plan "${plan.planId}" has no metering dimensions. Add them in Partner Center, then publish.`,
    };
  }
  if (!plan.dimensions.has(event.dimension)) {
    const known = [...plan.dimensions].toSorted().join(", ");
    return { refused: `The plan "${plan.planId}" has no such dimension. Its dimensions are ${known}.` };
  }
  return { planId: plan.planId, isLost: isTooOld(occurredAt, now), isTrial: isOfTrial(occurredAt, subscription) };
}

/** Usage after the last day of a trial waits until Microsoft says whether the trial became paid. */
function isOfTrial(at: Date, { isFreeTrial, trialEndedAt, termEndsOn, status }: MeteredSubscription): boolean {
  if (isFreeTrial) return status === "Unsubscribed" || !isAfterTrial(at, termEndsOn);
  return trialEndedAt !== null && at < trialEndedAt;
}

function planAt(at: Date, { plans }: MeteredSubscription): MeteredPlan {
  const plan = plans.find(({ since }) => since === null || since <= at) ?? plans.at(-1);
  if (!plan) throw new Error("a subscription has no plan");
  return plan;
}

/** Usage from before a suspension or cancellation can still be billed: immediately, or after the reinstatement. */
function notBilledReason(
  at: Date,
  { status, statusSince, activeFrom, suspensions }: MeteredSubscription,
): string | null {
  if (status === "PendingFulfillmentStart") {
    return "The subscription is not active yet. Report usage from its activation on.";
  }
  if (activeFrom !== null && activeFrom.getTime() - at.getTime() > maxClockDifferenceMs) {
    return "The subscription was not active yet at that time. Report usage from its activation on.";
  }
  if (status === "Unsubscribed" && at >= statusSince) {
    return "The subscription had ended at that time. Microsoft bills only usage from before its end.";
  }
  const wasSuspended = suspensions.some(({ from, until }) => at >= from && at < until);
  if (status === "Suspended" && at >= statusSince) {
    return "The subscription is suspended, and Microsoft bills usage only while it is active. If Microsoft had reinstated it at that time, report the usage again after the reinstatement (`subscription.reinstated`), within 24 hours.";
  }
  if (wasSuspended) {
    return "The subscription was suspended at that time. Microsoft bills usage only while it is active.";
  }
  return null;
}
