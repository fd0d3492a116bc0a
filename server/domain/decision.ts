/** Whether the publisher takes a change that the customer asked for. Pure. */
import { type ChangeRule, plansInWords, seatsInWords } from "../../shared/change-rules.ts";
import { scopeInWords } from "../../shared/scope.ts";
import type { OperationOutcome } from "../../shared/lifecycle.ts";

export type ChangeRequest = { action: string; planId: string | null; quantity: number | null };
/** What the subscription has while the change is asked for. */
export type PlanAndQuantity = { planId: string; quantity: number | null };

export type Decision = {
  decision: "accept" | "reject";
  /** A sentence that names the rule and its version, where a rule decided. */
  reason: string;
  /** The rule that decided; version 0 without an id where none is set; null where no rule is asked. */
  rule: { id: string | null; version: number } | null;
  /** The rule wants staff to be asked first. */
  asksStaff?: boolean;
};

/**
 * The decision on a change of plan or seats, by the rule in force; without a rule every change is accepted.
 *
 * A change to what the subscription already has is Microsoft putting back a refused change; it is accepted whatever the
 * rule says. So is a reinstatement, which cannot be refused, and what Microsoft did not name: it cannot be judged.
 */
export function decide(request: ChangeRequest, current: PlanAndQuantity | null, rule: ChangeRule | null): Decision {
  const decided = decideByLimits(request, current, rule);
  return rule?.asksStaff && decided.rule !== null ? { ...decided, asksStaff: true } : decided;
}

function decideByLimits(request: ChangeRequest, current: PlanAndQuantity | null, rule: ChangeRule | null): Decision {
  if (request.action === "Reinstate") {
    return accept("The payment was fixed; a reinstatement cannot be refused.", null);
  }
  if (isRevert(request, current)) return accept("It asks for what the subscription already has.", null);
  if (rule === null) return accept("No change rule is set: every change is accepted.", { id: null, version: 0 });
  // A rule that is tried out has no version yet.
  const name = rule.version === 0 ? "This rule" : `Change rule version ${rule.version} (${scopeInWords(rule)})`;
  const named = { id: rule.id, version: rule.version };
  if (request.action === "ChangePlan") {
    const { allowedPlans } = rule;
    if (request.planId === null) return accept(`${name} cannot judge it: Microsoft named no plan.`, named);
    return allowedPlans === null || allowedPlans.includes(request.planId)
      ? accept(`${name} accepts a change to the plan ${request.planId}.`, named)
      : reject(`${name} does not accept the plan ${request.planId}: it accepts ${plansInWords(allowedPlans)}.`, named);
  }
  if (request.action === "ChangeQuantity") {
    const { quantity } = request;
    if (quantity === null) return accept(`${name} cannot judge it: Microsoft named no number of seats.`, named);
    const isWithin = quantity >= (rule.minQuantity ?? quantity) && quantity <= (rule.maxQuantity ?? quantity);
    return isWithin
      ? accept(`${name} accepts a change to ${quantity} seats.`, named)
      : reject(`${name} does not accept ${quantity} seats: it accepts ${seatsInWords(rule)}.`, named);
  }
  return accept("Only changes of plan and seats are decided by a change rule.", null);
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
    (request.action === "ChangePlan" && request.planId === current.planId) ||
    (request.action === "ChangeQuantity" && request.quantity === current.quantity)
  );
}

type Decided = { decision: Decision["decision"] | null; decisionReason: string | null };

export const lateRefusal =
  "Our refusal came too late: Microsoft had accepted the change, and the record follows Microsoft.";

/** Whether we refused a change that Microsoft carried out all the same, because its 10 seconds were over. */
export function isLateRefusal({ decision }: Pick<Decided, "decision">, outcome: OperationOutcome): boolean {
  return decision === "reject" && outcome === "succeeded";
}

/** What the record adds about our decision when an operation has ended; null when there is nothing to add. */
export function decisionInRetrospect(decided: Decided, outcome: OperationOutcome): string | null {
  if (isLateRefusal(decided, outcome)) return `${lateRefusal} ${decided.decisionReason ?? ""}`.trim();
  return outcome === "rejected" ? decided.decisionReason : null;
}
