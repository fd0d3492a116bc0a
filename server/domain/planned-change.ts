/** When a planned change is due, and whether there is anything left to do. */
import { addDays, type Day, dayFrom, daysBetween, utcDayOf } from "../../shared/day.ts";
import { type PlannedAction, maxPlannedDays } from "../../shared/planned-changes.ts";
import { maxDriftDays } from "../../shared/term.ts";
import { describeOperation } from "./operation.ts";

type Planned = {
  action: PlannedAction;
  planId: string | null;
  quantity: number | null;
  dueOn: Day;
  /** The last day of the term that it waits for; null: for no term. */
  termEndsOn: Day | null;
};

type Current = {
  planId: string;
  quantity: number | null;
  isOnHold: boolean;
  termStartsOn: Day | null;
  termEndsOn: Day | null;
};

/** Microsoft's values for a term without an end; there is no day after them. */
const never = dayFrom("9999-01-01");
/** How many days a change is retried that cannot be made yet, for example while Microsoft does not respond. */
export const plannedRetryDays = 1;
/** How many days the change at the end of a term waits until Microsoft reports the renewal. */
const renewalWaitDays = 1;

/** The change in words, with a mark for the plan's name. */
export function describePlanned({ action, planId, quantity }: Pick<Planned, "action" | "planId" | "quantity">): string {
  switch (action) {
    case "changePlan":
      return describeOperation({ action: "ChangePlan", planId, quantity: null });
    case "changeQuantity":
      return describeOperation({ action: "ChangeQuantity", planId: null, quantity });
    case "suspend":
      return "Suspension of access";
    case "reinstate":
      return "Reinstatement of access";
  }
}

/** Why no change can be planned for this day, as a sentence; null if it can. */
export function dayProblem(on: Day, now: Date): string | null {
  const today = utcDayOf(now);
  if (on <= today) return "Choose a later day. Planned changes use days in UTC, where this day has already begun.";
  if (daysBetween(today, on) > maxPlannedDays) return "Choose a day within the next three years.";
  return null;
}

/** The first day after the term. */
export function dayAfterTerm(termEndsOn: Day): Day {
  return addDays(termEndsOn, 1);
}

/** A new term has begun where the awaited one ended, as exactly as Microsoft states its days. */
function isRenewed(awaited: Day, { termStartsOn, termEndsOn }: Current): boolean {
  if (termEndsOn === null || termEndsOn <= awaited) return false;
  return termStartsOn === null || termStartsOn >= addDays(awaited, -maxDriftDays);
}

/** The end of the term that a waiting change should follow instead, because the term was changed; null if it has not. */
export function movedTermEnd(planned: Planned, current: Current): Day | null {
  const { termEndsOn: awaited } = planned;
  const { termEndsOn } = current;
  if (awaited === null || termEndsOn === null || termEndsOn === awaited || termEndsOn >= never) return null;
  return isRenewed(awaited, current) ? null : termEndsOn;
}

/** Whether the change is due, for a subscription that has not ended. */
export function isDue(planned: Planned, current: Current, now: Date): boolean {
  const today = utcDayOf(now);
  if (today < planned.dueOn) return false;
  if (planned.termEndsOn === null || isRenewed(planned.termEndsOn, current)) return true;
  return daysBetween(planned.dueOn, today) >= renewalWaitDays;
}

/** The change has been retried for too long and fails now. */
export function isOverdue(planned: Planned, now: Date): boolean {
  const allowed = plannedRetryDays + (planned.termEndsOn === null ? 0 : renewalWaitDays);
  return daysBetween(planned.dueOn, utcDayOf(now)) > allowed;
}

/** Why there is nothing left to do, as a sentence; null if there is. */
export function alreadyDoneReason(
  { action, planId, quantity }: Pick<Planned, "action" | "planId" | "quantity">,
  current: Pick<Current, "planId" | "quantity" | "isOnHold">,
): string | null {
  switch (action) {
    case "changePlan":
      return planId === current.planId ? "The subscription already had this plan." : null;
    case "changeQuantity":
      return quantity === current.quantity ? "The subscription already had this number of seats." : null;
    case "suspend":
      return current.isOnHold ? "Access was already suspended." : null;
    case "reinstate":
      return current.isOnHold ? null : "Access was already reinstated.";
  }
}

/**
 * Why the change may no longer be wanted, as a sentence: someone else has changed the same thing after it was planned;
 * null if no one has.
 */
export function outdatedReason(
  {
    action,
    seenPlanId,
    seenQuantity,
  }: Pick<Planned, "action"> & { seenPlanId: string | null; seenQuantity: number | null },
  current: Pick<Current, "planId" | "quantity">,
): string | null {
  const advice = "Make the change yourself if it is still wanted.";
  if (action === "changePlan" && seenPlanId !== null && seenPlanId !== current.planId) {
    return `The plan was changed after this was planned. ${advice}`;
  }
  if (action === "changeQuantity" && seenQuantity !== null && seenQuantity !== current.quantity) {
    return `The number of seats was changed after this was planned. ${advice}`;
  }
  return null;
}

/** Why a suspension that would begin on this day can no longer be made, as a sentence; null if its planned end comes later. */
export function endComesFirstReason({ untilOn }: { untilOn: Day | null }, beginsOn: Day): string | null {
  if (untilOn === null || untilOn > beginsOn) return null;
  return "The planned end of this suspension comes before it can begin. Plan the suspension again if it is still wanted.";
}
