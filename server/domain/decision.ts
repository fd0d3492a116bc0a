/** Whether the publisher accepts a change that the customer requested. */
import { type ChangeRule, plansInWords, seatsInWords } from "../../shared/change-rules.ts";
import type { OperationOutcome } from "../../shared/lifecycle.ts";
import { planMark, scopeInWords } from "./name-marks.ts";
import { isSameId } from "./same-id.ts";

export type ChangeRequest = { action: string; planId: string | null; quantity: number | null };
/** What the subscription has while the change is requested. */
export type PlanAndQuantity = { planId: string; quantity: number | null };

export type Decision = {
  decision: "accept" | "reject";
  /** A sentence that names the rule and its version if a rule decided. */
  reason: string;
  /** The rule that decided; version 0 without an id if no rule is set; null if rules do not apply. */
  rule: { id: string | null; version: number } | null;
  /** The rule lets staff decide first. */
  asksStaff?: boolean;
};

/**
 * The decision on a change of plan or seats by the active rule; without a rule, all changes are accepted.
 * Always accepted: a change to current values (Microsoft reverting a rejected change), a reinstatement, and an
 * incomplete one.
 */
export function decide(request: ChangeRequest, current: PlanAndQuantity | null, rule: ChangeRule | null): Decision {
  const decided = decideByLimits(request, current, rule);
  return rule?.asksStaff && decided.rule !== null ? { ...decided, asksStaff: true } : decided;
}

function decideByLimits(request: ChangeRequest, current: PlanAndQuantity | null, rule: ChangeRule | null): Decision {
  if (request.action === "Reinstate") {
    return accept("The payment was fixed, and a reinstatement cannot be rejected.", null);
  }
  if (isRevert(request, current)) return accept("The subscription already has the requested values.", null);
  if (rule === null) return accept("No change rule is set, so all changes are accepted.", { id: null, version: 0 });
  // A rule in a preview has no version yet.
  const name = rule.version === 0 ? "This rule" : `Change rule version ${rule.version} (${scopeInWords(rule)})`;
  const named = { id: rule.id, version: rule.version };
  if (request.action === "ChangePlan") {
    const { allowedPlans } = rule;
    const mark = (planId: string) => planMark(planId, rule.offerId);
    const wanted = request.planId;
    if (wanted === null) return accept(`${name} cannot be applied: Microsoft named no plan.`, named);
    return allowedPlans === null || allowedPlans.some((planId) => isSameId(planId, wanted))
      ? accept(`${name} accepts changes to the plan ${mark(wanted)}.`, named)
      : reject(
          `${name} rejects changes to the plan ${mark(wanted)}; accepted: ${plansInWords(allowedPlans, mark)}.`,
          named,
        );
  }
  if (request.action === "ChangeQuantity") {
    const { quantity } = request;
    if (quantity === null) return accept(`${name} cannot be applied: Microsoft named no number of seats.`, named);
    const isWithin = quantity >= (rule.minQuantity ?? quantity) && quantity <= (rule.maxQuantity ?? quantity);
    return isWithin
      ? accept(`${name} accepts changes to ${quantity} seats.`, named)
      : reject(`${name} rejects changes to ${quantity} seats; accepted: ${seatsInWords(rule)}.`, named);
  }
  return accept("Change rules apply to changes of plan and seats only.", null);
}

function accept(reason: string, rule: Decision["rule"]): Decision {
  return { decision: "accept", reason, rule };
}

function reject(reason: string, rule: Decision["rule"]): Decision {
  return { decision: "reject", reason, rule };
}

function isRevert(request: ChangeRequest, current: PlanAndQuantity | null): boolean {
  if (current === null) return false;
  return (
    (request.action === "ChangePlan" && isSameId(request.planId, current.planId)) ||
    (request.action === "ChangeQuantity" && request.quantity === current.quantity)
  );
}

/** What a rule accepts instead, out of the reason of a rejection above; null if no rule decided. */
export function acceptedInstead(reason: string | null): string | null {
  return /; accepted: (.+)\.$/.exec(reason ?? "")?.[1] ?? null;
}

type Decided = { decision: Decision["decision"] | null; decisionReason: string | null };

export const lateRefusal =
  "Our rejection came too late: Microsoft had already accepted the change, and the subscription follows Microsoft.";

/** Whether Microsoft carried out a change that we rejected, because its answer window had closed. */
export function isLateRefusal({ decision }: Pick<Decided, "decision">, outcome: OperationOutcome): boolean {
  return decision === "reject" && outcome === "succeeded";
}

/** What the audit trail adds about our decision once an operation has ended; null if nothing. */
export function decisionAfterOutcome(decided: Decided, outcome: OperationOutcome): string | null {
  if (isLateRefusal(decided, outcome)) return `${lateRefusal} ${decided.decisionReason ?? ""}`.trim();
  return outcome === "rejected" ? decided.decisionReason : null;
}
