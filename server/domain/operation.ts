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
  /** Ask Microsoft what a change is that waits for our answer: the webhook was a hint. */
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
  /**
   * Read the subscription, apply it, and end the operation. `isProved`: Microsoft has told how the operation ended; else the
   * subscription alone has to show it.
   */
  | { do: "settle"; outcome: OperationOutcome; isProved: boolean }
  /** Nothing is left to do. */
  | { do: "nothing" };

const endings: Record<string, OperationOutcome> = { Succeeded: "succeeded", Failed: "failed", Conflict: "conflict" };

/** Whether Microsoft has ended an operation of this status. */
export function isEnded(status: string | null): boolean {
  return status !== null && status in endings;
}

/** How an operation of this status ended; null while it has not. */
export function outcomeOf(status: string | null): OperationOutcome | null {
  return endings[status ?? ""] ?? null;
}

/**
 * No answer leaves later than this before the end of Microsoft's window: its clock started before the webhook reached us, and
 * the answer takes a moment to arrive.
 */
export const answerMarginMs = 500;

/** How long our answer may still take, in milliseconds; 0 or less: it is too late. */
export function answerTimeLeftMs(answerDueAt: Date, now: Date): number {
  return answerDueAt.getTime() - answerMarginMs - now.getTime();
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
    default:
      return isChangeToAnswer(operation) ? stepOfChange(operation, now) : stepOfNotice(operation);
  }
}

/**
 * A notice is proved by the subscription, whatever can be learned of its operation. A reinstatement is answered on the way: some of
 * Microsoft's pages ask for it, and nothing depends on the answer.
 */
function stepOfNotice(operation: OperationState): Step {
  const { stage, status } = operation;
  if (wantsAnswer(operation) && !isEnded(status)) {
    if (stage === "received" || stage === "verified") return { do: "decide" };
    if (stage === "decided") return { do: "acknowledge", answer: "Success", isBestEffort: true };
  }
  // What the webhook says of its own status was not checked with Microsoft.
  return stage === "received" ? { do: "settle", outcome: "succeeded", isProved: false } : settle(operation);
}

/** A customer's change, which waits for our answer: it is checked with Microsoft first. */
function stepOfChange(operation: OperationState, now: Date): Step {
  const { stage, status, decision, answerDueAt } = operation;
  switch (stage) {
    case "received":
      return { do: "verify" };
    case "verified":
      return isEnded(status) && !isUndecidedChange(operation) ? settle(operation) : { do: "decide" };
    case "decided":
      if (isEnded(status)) return settle(operation);
      if (answerDueAt !== null && answerTimeLeftMs(answerDueAt, now) <= 0) return { do: "pass-window" };
      return { do: "acknowledge", answer: decision === "reject" ? "Failure" : "Success", isBestEffort: false };
    default:
      return isEnded(status) ? settle(operation) : { do: "poll" };
  }
}

/** Whether Microsoft waits for our answer: changes that the customer started, and, by some of its pages, Reinstate. */
export function wantsAnswer(operation: Pick<OperationState, "action" | "source">): boolean {
  return operation.source === "Azure" && acknowledgement(operation.action) !== "never";
}

/** Whether our answer to it decides something. */
export function isChangeToAnswer({ action, source }: Pick<OperationState, "action" | "source">): boolean {
  return source === "Azure" && acknowledgement(action) === "required";
}

/** A change of the customer's that went through before we decided: whether we would have refused it belongs on the record. */
function isUndecidedChange(operation: OperationState): boolean {
  return isChangeToAnswer(operation) && operation.decision === null && operation.status === "Succeeded";
}

function acknowledgement(action: string) {
  return isLifecycleAction(action) ? lifecycle[action].acknowledge : "never";
}

function settle({ status, decision }: OperationState): Step {
  const isProved = isEnded(status);
  const outcome = outcomeOf(status) ?? "succeeded";
  return { do: "settle", outcome: decision === "reject" && outcome === "failed" ? "rejected" : outcome, isProved };
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
