/** Whether Microsoft's record of a subscription shows what an operation is said to have done. Pure. */
import { addDays, type Day, utcDayOf } from "../../shared/day.ts";
import { isLifecycleAction } from "../../shared/lifecycle.ts";
import { describeOperation } from "./operation.ts";
import type { SubscriptionFacts } from "./subscription.ts";

export type ExpectedEffect = {
  action: string;
  planId: string | null;
  quantity: number | null;
  /** For a renewal: the last day of its term; null when Microsoft did not say. */
  termEndsOn: Day | null;
  /** When it happened, as well as is known. */
  at: Date;
};

/** Microsoft's record may lag behind its operations; it is watched for so long before the difference is reported. */
export const effectTimeoutMs = 10 * 60_000;

/** How long to wait before Microsoft's record is read again: growing by half from 0.5 s to 60 s. */
export function delayBeforeCheck(looks: number): number {
  return Math.min(60_000, Math.round(500 * 1.5 ** Math.min(looks, 20)));
}

/** Microsoft's webhook and its record may name the last day of the same term differently by this. */
const termToleranceDays = 2;

/**
 * False while the record shows the state before the operation. Anything else counts as shown: a subscription that has ended, or a
 * status that the desk does not know, says that more has happened since.
 *
 * @param previous our copy before Microsoft was asked; null when we had none
 */
export function showsEffect(
  effect: ExpectedEffect,
  facts: SubscriptionFacts,
  previous: SubscriptionFacts | null,
): boolean {
  const { status } = facts;
  if (status === "Unsubscribed") return true;
  const isKnown = facts.unrecognisedStatus === null;
  switch (effect.action) {
    case "ChangePlan":
      return effect.planId === null || facts.planId === effect.planId;
    case "ChangeQuantity":
      return effect.quantity === null || facts.quantity === effect.quantity;
    case "Unsubscribe":
      return !isKnown;
    case "Suspend":
      return !isKnown || status === "Suspended";
    case "Reinstate":
      return !isKnown || status !== "Suspended";
    case "Subscribe":
    case "Activate":
      return !isKnown || status !== "PendingFulfillmentStart";
    case "Renew":
      return isRenewed(effect, facts, previous);
    default:
      return true;
  }
}

function isRenewed(effect: ExpectedEffect, { termEndsOn }: SubscriptionFacts, previous: SubscriptionFacts | null) {
  if (termEndsOn === null) return true;
  if (effect.termEndsOn !== null) return termEndsOn >= addDays(effect.termEndsOn, -termToleranceDays);
  if (previous?.termEndsOn && termEndsOn > previous.termEndsOn) return true;
  // Of an old term nothing is left when it renews.
  return termEndsOn > addDays(utcDayOf(effect.at), termToleranceDays);
}

/** The actions that can undo what an action did, so that nobody waits for it any more. */
export const undoneBy: Record<string, readonly string[]> = {
  ChangePlan: ["ChangePlan", "Unsubscribe"],
  ChangeQuantity: ["ChangeQuantity", "ChangePlan", "Unsubscribe"],
  Suspend: ["Reinstate", "Unsubscribe"],
  Reinstate: ["Suspend", "Unsubscribe"],
  Subscribe: ["Suspend", "Unsubscribe"],
  Renew: ["Renew", "ChangePlan", "Unsubscribe"],
};

/** What the record would say had the effect been seen: part of the `after` of an entry, or its kind. */
export function traceOfEffect(effect: ExpectedEffect): { after?: Record<string, unknown>; kind?: string } | null {
  switch (effect.action) {
    case "ChangePlan":
      return { after: { planId: effect.planId } };
    case "ChangeQuantity":
      return { after: { quantity: effect.quantity } };
    case "Suspend":
      return { after: { status: "Suspended" } };
    case "Reinstate":
    case "Subscribe":
      return { after: { status: "Subscribed" } };
    case "Renew":
      return { kind: "subscription.renewed" };
    default:
      return null;
  }
}

/** For people, while the record is watched. */
export function watchingWords(effect: ExpectedEffect): string {
  return `${describeOperation(effect)} does not show in Microsoft's record yet. Marketdesk keeps checking for ${effectTimeoutMs / 60_000} minutes.`;
}

/** For people, when it never showed. */
export function missingWords(effect: ExpectedEffect, facts: SubscriptionFacts): string {
  return `Microsoft's record did not show it within ${effectTimeoutMs / 60_000} minutes: ${stateOf(effect, facts)}. Marketdesk follows the record.`;
}

function stateOf({ action }: ExpectedEffect, { status, planId, quantity }: SubscriptionFacts): string {
  switch (action) {
    case "ChangePlan":
      return `the plan is still ${planId}`;
    case "ChangeQuantity":
      return `the number of seats is still ${quantity ?? "not set"}`;
    case "Renew":
      return "the term has not moved";
    default:
      return `the status is still ${status}`;
  }
}

/** Whether the desk knows what an action does. */
export function isKnownAction(action: string): boolean {
  return isLifecycleAction(action);
}
