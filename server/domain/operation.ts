/** The next step of an operation, ours or Microsoft's. The caller carries out one step at a time. */
import {
  isLifecycleAction,
  lifecycle,
  type LifecycleAction,
  type OperationOutcome,
  type OperationStage,
} from "../../shared/lifecycle.ts";
import { planMark } from "./name-marks.ts";

/** The part of an operation that decides the next step. */
export type OperationState = {
  action: string;
  source: "Azure" | "Partner";
  stage: OperationStage;
  /** Microsoft's status, as last read; null before the first read. */
  status: string | null;
  decision: "accept" | "reject" | null;
  answerDueAt: Date | null;
  marketplaceId: string | null;
};

export type Step =
  /** Ask Microsoft about a change that waits for our answer: the webhook is only a hint. */
  | { do: "verify" }
  /** Make and store the decision. */
  | { do: "decide" }
  /** Send the stored decision to Microsoft. */
  | { do: "acknowledge"; answer: "Success" | "Failure"; isBestEffort: boolean }
  /** The window has passed: record that, and follow Microsoft. */
  | { do: "pass-window" }
  /** Start our change at Microsoft. */
  | { do: "send" }
  /** Ask Microsoft whether the operation has ended. */
  | { do: "poll" }
  /**
   * Read the subscription, apply it, and end the operation. `isProved`: Microsoft reported the end of the
   * operation; otherwise the subscription has to show it.
   */
  | { do: "settle"; outcome: OperationOutcome; isProved: boolean }
  /** Nothing is left to do. */
  | { do: "nothing" };

const endings = new Map<string, OperationOutcome>([
  ["Succeeded", "succeeded"],
  ["Failed", "failed"],
  ["Conflict", "conflict"],
]);

/** Whether Microsoft's status is final. */
export function isEnded(status: string | null): boolean {
  return outcomeOf(status) !== null;
}

/** The outcome for Microsoft's status; null while it is not final. */
export function outcomeOf(status: string | null): OperationOutcome | null {
  return endings.get(status ?? "") ?? null;
}

/**
 * No answer is sent later than this before Microsoft's window ends: its clock started before the webhook reached
 * us, and the answer takes time to arrive.
 */
export const answerMarginMs = 500;

/** Milliseconds left for our answer; 0 or less if it is too late. */
export function answerTimeLeftMs(answerDueAt: Date, now: Date): number {
  return answerDueAt.getTime() - answerMarginMs - now.getTime();
}

/** The next step of an operation at this moment. */
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
 * A notification is proved by the subscription. A reinstatement is acknowledged anyway: some of Microsoft's pages
 * ask for it, and nothing depends on it.
 */
function stepOfNotice(operation: OperationState): Step {
  const { stage, status } = operation;
  if (wantsAnswer(operation) && !isEnded(status)) {
    if (stage === "received" || stage === "verified") return { do: "decide" };
    if (stage === "decided") return { do: "acknowledge", answer: "Success", isBestEffort: true };
  }
  // The status in the webhook has not been verified with Microsoft.
  return stage === "received" ? { do: "settle", outcome: "succeeded", isProved: false } : settle(operation);
}

/** A customer's change waits for our answer and is verified with Microsoft first. */
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

/** Whether Microsoft waits for our answer: to changes by the customer and, by some of its pages, to Reinstate. */
export function wantsAnswer(operation: Pick<OperationState, "action" | "source">): boolean {
  return operation.source === "Azure" && acknowledgement(operation.action) !== "never";
}

/** Whether our answer decides anything. */
export function isChangeToAnswer({ action, source }: Pick<OperationState, "action" | "source">): boolean {
  return source === "Azure" && acknowledgement(action) === "required";
}

/** A customer's change that went through before our decision: record it if we would have rejected it. */
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

/**
 * When the operation began at Microsoft, as precisely as we know. A change of ours begins when it is sent: while it waits,
 * Microsoft can accept changes by the customer.
 */
export function happenedAt(operation: { occurredAt: Date | null; sentAt: Date | null; createdAt: Date }): Date {
  return operation.occurredAt ?? operation.sentAt ?? operation.createdAt;
}

/** What the clock of an instance that is behind Microsoft's explains. */
const maxFutureMs = 2 * 3_600_000;

/** Microsoft's time of an operation; null if it is far in the future: then no later operation would count as later. */
export function dropFuture(at: Date | null, now: Date): Date | null {
  return at !== null && at.getTime() - now.getTime() <= maxFutureMs ? at : null;
}

/** Milliseconds until the next poll or retry: doubling from 0.5 s to 60 s. */
export function delayAfter(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
}

/** Attempts in a row without progress before staff are asked to look; with `delayAfter`, about eight hours. */
export const attemptsBeforeStuck = 480;

const actionWords: Record<LifecycleAction, string> = {
  Activate: "Activation",
  Subscribe: "Automatically activated purchase",
  ChangePlan: "Plan change",
  ChangeQuantity: "Seat change",
  Renew: "Renewal",
  Suspend: "Suspension",
  Reinstate: "Reinstatement",
  Unsubscribe: "Cancellation",
};

/** An action in plain words, such as "Seat change"; an unknown action keeps Microsoft's word. */
export function actionInWords(action: string): string {
  return isLifecycleAction(action) ? actionWords[action] : action;
}

/**
 * An operation in plain words, such as "Seat change to 8", with marks for names; an unknown action keeps Microsoft's
 * word.
 */
export function describeOperation(operation: {
  action: string;
  planId: string | null;
  quantity: number | null;
}): string {
  const words = actionInWords(operation.action);
  if (operation.action === "ChangePlan" && operation.planId !== null)
    return `${words} to ${planMark(operation.planId)}`;
  if (operation.action === "ChangeQuantity" && operation.quantity !== null) return `${words} to ${operation.quantity}`;
  return words;
}
