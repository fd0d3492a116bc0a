/** The state of an operation in the product's words. */
import type { CancelRequestState, OperationOutcome, OperationStage } from "../../shared/lifecycle.ts";
import type { ProductOperation } from "../../shared/product-operations.ts";

type Words = Pick<ProductOperation, "state" | "detail">;

const outcomes: Record<Exclude<OperationOutcome, "succeeded">, string> = {
  rejected: "The publisher rejected the change. Nothing was changed.",
  failed: "Microsoft reported a failure. Nothing was changed.",
  conflict: "A newer change took effect, or the value was the same.",
  quarantined: "Microsoft does not know this operation. Staff have to look at it.",
  skipped: "Staff skipped this operation.",
};

export function operationWords(operation: {
  stage: OperationStage;
  outcome: OperationOutcome | null;
  isStuck: boolean;
  lastError: string | null;
}): Words {
  const { outcome, isStuck, lastError } = operation;
  const because = lastError === null ? "" : ` ${lastError}`;
  if (outcome === "succeeded") return { state: "succeeded", detail: "Completed." };
  if (outcome !== null) return { state: "failed", detail: `${outcomes[outcome]}${because}` };
  if (isStuck) return { state: "in_progress", detail: `Staff have to look at this operation.${because}` };
  return { state: "in_progress", detail: "In progress." };
}

export function cancelRequestWords(request: { state: CancelRequestState; decisionReason: string | null }): Words {
  switch (request.state) {
    case "waiting":
      return { state: "waiting_for_approval", detail: "Waiting until staff approve or decline the cancellation." };
    case "approved":
      return { state: "in_progress", detail: "Staff approved the cancellation." };
    case "declined":
      return { state: "failed", detail: `Staff declined the cancellation: ${request.decisionReason ?? ""}` };
    case "withdrawn":
      return { state: "failed", detail: "The request was withdrawn. Nothing was changed." };
    case "expired":
      return { state: "failed", detail: "The request expired without a decision. Nothing was changed." };
  }
}
