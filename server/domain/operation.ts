/** What to do next about an operation, ours or theirs. Pure: the command that asks does one step at a time. */
import { isLifecycleAction, lifecycle, type OperationOutcome, type OperationStage } from "../../shared/lifecycle.ts";

/** The part of an operation that decides the next step. */
export type OperationState = {
  action: string;
  source: "Azure" | "Partner";
  stage: OperationStage;
  /** Microsoft's word, as last read; null before the first reading. */
  status: string | null;
  decision: "accept" | "reject" | null;
  answerDueAt: Date | null;
  marketplaceId: string | null;
};

export type Step =
  /** Ask Microsoft what the operation is: the webhook was a hint. */
  | { do: "verify" }
  /** Take and store the decision. */
  | { do: "decide" }
  /** Tell Microsoft the stored decision. */
  | { do: "acknowledge"; answer: "Success" | "Failure"; isBestEffort: boolean }
  /** The window has passed: note that, and follow Microsoft. */
  | { do: "pass-window" }
  /** Start our change at Microsoft. */
  | { do: "send" }
  /** Ask Microsoft whether the operation has ended. */
  | { do: "poll" }
  /** Read the subscription, apply it, and end the operation. */
  | { do: "settle"; outcome: OperationOutcome }
  /** Nothing is left to do. */
  | { do: "nothing" };

const endings: Record<string, OperationOutcome> = { Succeeded: "succeeded", Failed: "failed", Conflict: "conflict" };

/** Whether Microsoft has ended an operation of this status. */
export function isEnded(status: string | null): boolean {
  return status !== null && status in endings;
}

/** What to do next about an operation at this moment. */
export function nextStep(operation: OperationState, now: Date): Step {
  switch (operation.stage) {
    case "settled":
      return { do: "nothing" };
    case "requested":
      return { do: "send" };
    case "accepted":
      return operation.marketplaceId !== null && isEnded(operation.status) ? settle(operation) : { do: "poll" };
    case "received":
      return { do: "verify" };
    case "verified":
      if (isEnded(operation.status) && !isUndecidedChange(operation)) return settle(operation);
      return wantsAnswer(operation) ? { do: "decide" } : { do: "poll" };
    case "decided": {
      if (isEnded(operation.status)) return settle(operation);
      const isBestEffort = acknowledgement(operation.action) === "best-effort";
      if (!isBestEffort && operation.answerDueAt !== null && now >= operation.answerDueAt) return { do: "pass-window" };
      return { do: "acknowledge", answer: operation.decision === "reject" ? "Failure" : "Success", isBestEffort };
    }
    case "acknowledged":
      return isEnded(operation.status) ? settle(operation) : { do: "poll" };
  }
}

/** Whether Microsoft waits for our answer: changes that the customer started, and, by some of its pages, Reinstate. */
export function wantsAnswer(operation: Pick<OperationState, "action" | "source">): boolean {
  return operation.source === "Azure" && acknowledgement(operation.action) !== "never";
}

/** A change of the customer's that went through before we decided: whether we would have refused it belongs on the record. */
function isUndecidedChange(operation: OperationState): boolean {
  const { source, action, decision, status } = operation;
  return source === "Azure" && acknowledgement(action) === "required" && decision === null && status === "Succeeded";
}

function acknowledgement(action: string) {
  return isLifecycleAction(action) ? lifecycle[action].acknowledge : "never";
}

function settle(operation: OperationState): Step {
  const outcome = endings[operation.status ?? ""] ?? "failed";
  return { do: "settle", outcome: operation.decision === "reject" && outcome === "failed" ? "rejected" : outcome };
}

/** How long to wait before the next poll or retry, in milliseconds: doubling from 0.5 s to 60 s. */
export function delayAfter(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
}

/** After so many tries in a row without progress a person has to look. With `delayAfter`, about eight hours. */
export const attemptsBeforeStuck = 480;

const actionWords: Record<string, string> = {
  Activate: "Activation",
  Subscribe: "Purchase that activates by itself",
  ChangePlan: "Change of plan",
  ChangeQuantity: "Change of seats",
  Renew: "Renewal",
  Suspend: "Suspension",
  Reinstate: "Reinstatement",
  Unsubscribe: "Cancellation",
};

/** An operation in plain words, for instance "Change of seats to 8"; an action that we do not know keeps its own word. */
export function describeOperation(operation: {
  action: string;
  planId: string | null;
  quantity: number | null;
}): string {
  const words = actionWords[operation.action] ?? operation.action;
  if (operation.action === "ChangePlan" && operation.planId !== null) return `${words} to ${operation.planId}`;
  if (operation.action === "ChangeQuantity" && operation.quantity !== null) return `${words} to ${operation.quantity}`;
  return words;
}
