/** What the end of an operation writes: its columns and its entry in the audit trail. */
import type { OperationOutcome } from "../../../shared/lifecycle.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Operation } from "../../database/writes/operation-claims.ts";
import type { ActivityEntry } from "../../database/record/record.ts";
import { acceptedInstead, decisionAfterOutcome, isLateRefusal, lateRefusal } from "../../domain/decision.ts";
import { planMark } from "../../domain/name-marks.ts";
import { describeOperation } from "../../domain/operation.ts";

/** @param note sentences for staff on why it ended this way; null if the outcome explains it */
export function endingOf(operation: Operation, outcome: OperationOutcome, note: string | null, now: Date) {
  const columns = {
    stage: "settled",
    outcome,
    settledAt: now,
    updatedAt: now,
    lastError: note ?? (isLateRefusal(operation, outcome) ? lateRefusal : remainingError(operation, outcome)),
    stuckAt: null,
    dueAt: null,
    claimedBy: null,
  } satisfies Partial<Operation>;
  const entry: ActivityEntry = {
    subscriptionId: operation.subscriptionId,
    operationId: operation.id,
    kind: `operation.${outcome}`,
    summary: summaryOf(operation, outcome, note),
    after: {
      ...(operation.decision && { decision: operation.decision }),
      ...(outcome === "rejected" && requestedAndAccepted(operation)),
      ...(operation.decisionRuleVersion && { changeRule: `version ${operation.decisionRuleVersion}` }),
    },
    reason: operation.reason,
    reasonCode: operation.reasonCode,
  };
  return { columns, entry };
}

/** What the customer asked for and what a rule accepts, in words for the customer. */
function requestedAndAccepted({ action, planId, quantity, decisionReason }: Operation): Record<string, string> {
  const requested =
    action === "ChangeQuantity" && quantity !== null
      ? `${quantity} seats`
      : action === "ChangePlan" && planId !== null
        ? planMark(planId)
        : null;
  const accepted = acceptedInstead(decisionReason);
  return { ...(requested !== null && { requested }), ...(accepted !== null && { accepted }) };
}

/** The error that stays on record: none once a change of ours has succeeded; otherwise the last one, such as a missed answer. */
function remainingError(operation: Operation, outcome: OperationOutcome): string | null {
  return outcome === "succeeded" && operation.source === "Partner" ? null : operation.lastError;
}

const endings: Record<OperationOutcome, string> = {
  succeeded: "completed",
  rejected: "rejected by the publisher",
  failed: "failed",
  conflict: "superseded by a newer change or already in effect",
  quarantined: "quarantined",
  skipped: "was skipped by staff",
};

function summaryOf(operation: Operation, outcome: OperationOutcome, note: string | null): string {
  const sentences = note ?? decisionAfterOutcome(operation, outcome);
  return `${describeOperation(operation)} ${endings[outcome]}${sentences ? `. ${sentences}` : ""}`;
}

/** Who caused an operation: the person or product that requested it, or Microsoft. */
export function actorOf(operation: Operation): Actor {
  if (operation.actorKind === "staff") {
    return { kind: "staff", id: operation.actorId ?? "", name: operation.actorName, role: "operator" };
  }
  if (operation.actorKind === "purchaser") {
    return { kind: "purchaser", id: operation.actorId ?? "", name: operation.actorName, tenantId: "", email: null };
  }
  if (operation.actorKind === "product") {
    return { kind: "product", id: operation.actorId ?? "", name: operation.actorName };
  }
  return operation.actorKind === "marketplace"
    ? { kind: "marketplace" }
    : { kind: "system", name: operation.actorName };
}
