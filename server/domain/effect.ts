/** Whether Microsoft's record of a subscription shows the effect of an operation. */
import { addDays, type Day, utcDayOf } from "../../shared/day.ts";
import { isLifecycleAction, statusNames } from "../../shared/lifecycle.ts";
import { planMark } from "./name-marks.ts";
import { describeOperation } from "./operation.ts";
import { isSameId } from "./same-id.ts";
import type { SubscriptionFacts } from "./subscription.ts";

export type ExpectedEffect = {
  action: string;
  planId: string | null;
  quantity: number | null;
  /** For a renewal: the last day of the new term; null if Microsoft did not give it. */
  termEndsOn: Day | null;
  /** When the operation happened, as precisely as we know. */
  at: Date;
};

/** Microsoft's record can lag behind its operations: a missing effect is reported only after this time. */
export const effectTimeoutMs = 10 * 60_000;

/** Milliseconds until Microsoft's record is read again: growing by half, from 0.5 s to 60 s. */
export function delayBeforeCheck(checks: number): number {
  return Math.min(60_000, Math.round(500 * 1.5 ** Math.min(checks, 20)));
}

/** Microsoft's webhook and its record may differ by this much in the last day of the same term. */
const termToleranceDays = 2;

/**
 * False while the record shows the state before the operation, or a status that Marketdesk does not know: the known one that
 * follows decides about access. Anything else counts as shown: an ended subscription means that more has happened since.
 * @param previous our copy before Microsoft was asked; null if we had none
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
      return effect.planId === null || isSameId(facts.planId, effect.planId);
    case "ChangeQuantity":
      return effect.quantity === null || facts.quantity === effect.quantity;
    case "Unsubscribe":
      return false;
    case "Suspend":
      return isKnown && status === "Suspended";
    case "Reinstate":
      return isKnown && status !== "Suspended";
    case "Subscribe":
      return isKnown && status !== "PendingFulfillmentStart";
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
  // A renewal replaces the term, so no effect of an earlier one remains.
  return termEndsOn > addDays(utcDayOf(effect.at), termToleranceDays);
}

/** The actions that can undo an action, after which its effect is no longer expected. */
export const undoneBy: Record<string, readonly string[]> = {
  ChangePlan: ["ChangePlan", "Unsubscribe"],
  ChangeQuantity: ["ChangeQuantity", "ChangePlan", "Unsubscribe"],
  Suspend: ["Reinstate", "Unsubscribe"],
  Reinstate: ["Suspend", "Unsubscribe"],
  Subscribe: ["Suspend", "Unsubscribe"],
  Renew: ["Renew", "ChangePlan", "Unsubscribe"],
};

/** What the audit trail holds if the effect was seen: part of an entry's `after`, or its kind. */
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

/** Shown to staff while the effect is awaited. */
export function watchingWords(effect: ExpectedEffect): string {
  return `${describeOperation(effect)}: not in Microsoft's record yet. Marketdesk checks for ${effectTimeoutMs / 60_000} minutes.`;
}

/** Shown to staff when the effect never appeared. */
export function missingWords(effect: ExpectedEffect, facts: SubscriptionFacts): string {
  return `Microsoft's record did not show the change within ${effectTimeoutMs / 60_000} minutes: ${stateOf(effect, facts)}. The subscription follows the record.`;
}

function stateOf({ action }: ExpectedEffect, facts: SubscriptionFacts): string {
  const { status, unrecognisedStatus, planId, offerId, quantity } = facts;
  switch (action) {
    case "ChangePlan":
      return `the plan is still ${planMark(planId, offerId)}`;
    case "ChangeQuantity":
      return `the number of seats is still ${quantity ?? "not set"}`;
    case "Renew":
      return "the term has not changed";
    default:
      return unrecognisedStatus === null
        ? `the status is still ${statusNames[status]}`
        : `the status is ${unrecognisedStatus}, which Marketdesk does not know`;
  }
}

/** Whether Marketdesk knows what the action does. */
export function isKnownAction(action: string): boolean {
  return isLifecycleAction(action);
}
