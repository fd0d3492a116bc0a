/** Why our copy differs from Microsoft's, as far as our data tells. */
import { isLifecycleAction, type LifecycleAction, type OperationOutcome } from "../../shared/lifecycle.ts";
import type { FactName } from "./subscription.ts";

/** What we know about a subscription since it was last in sync. */
export type Evidence = {
  operation: OperationEvidence | null;
  delivery: { at: Date; outcome: "accepted" | "duplicate" | "unprocessable"; action: string | null } | null;
  /** The latest reason for which the webhook refused a call; it is unknown whose call that was. */
  refusal: { at: Date; reason: string; status: number } | null;
  /** A longer pause between two reconciliations means that Marketdesk was not running. */
  outage: { from: Date; to: Date } | null;
};

export type OperationEvidence = {
  action: string;
  isOpen: boolean;
  isStuck: boolean;
  outcome: OperationOutcome | null;
  lastError: string | null;
  createdAt: Date;
  /** When the operation last made progress. */
  updatedAt: Date;
};

/** An open operation without progress for this long explains nothing; reconciliation gives it a new job. */
export const operationTimeoutMs = 5 * 60_000;

const term: FactName[] = ["termUnit", "termStartsOn", "termEndsOn"];
const rights: FactName[] = ["allowedCustomerOperations"];

/** The facts that an action changes, so that an operation in progress explains a difference in them. */
const moves: Record<LifecycleAction, FactName[]> = {
  ChangePlan: ["planId", "quantity", "isFreeTrial", ...term, ...rights],
  ChangeQuantity: ["quantity", ...rights],
  Suspend: ["status", "autoRenews", ...rights],
  Reinstate: ["status", "autoRenews", ...term, ...rights],
  Renew: ["isFreeTrial", ...term],
  Unsubscribe: ["status", "quantity", "autoRenews", ...term, ...rights],
  Activate: ["status", "autoRenews", ...term, ...rights],
  Subscribe: ["status", "autoRenews", ...term, ...rights],
};

/**
 * Whether an operation in progress explains the difference. An unknown action explains no changed facts.
 * @param changed null: we did not have the subscription, which any operation explains
 */
export function isExplained(operation: OperationEvidence | null, changed: FactName[] | null, now: Date): boolean {
  if (!operation?.isOpen || operation.isStuck || !isFresh(operation, now)) return false;
  const moved = isLifecycleAction(operation.action) ? moves[operation.action] : [];
  return changed === null || changed.every((name) => moved.includes(name));
}

function isFresh(operation: OperationEvidence, now: Date): boolean {
  return now.getTime() - operation.updatedAt.getTime() <= operationTimeoutMs;
}

/** The facts that Microsoft reports by webhook. */
const notifiedFacts: ReadonlySet<FactName> = new Set(["status", "planId", "quantity", "isFreeTrial", ...term]);

export type DifferenceFacts = {
  /** Null if we did not have the subscription. */
  changed: FactName[] | null;
  status: string;
  unrecognisedStatus: string | null;
  /** When the subscription was last in sync; null if never. */
  lastEqualAt: Date | null;
  /** No reconciliation has completed before. */
  isFirstComparison: boolean;
  now: Date;
};

/** The most likely cause of a difference, as a sentence. */
export function causeOf(facts: DifferenceFacts, evidence: Evidence): string {
  const { changed } = facts;
  if (facts.unrecognisedStatus !== null && (changed === null || changed.includes("unrecognisedStatus"))) {
    return `Microsoft reports the status "${facts.unrecognisedStatus}", which Marketdesk does not know.`;
  }
  if (changed === null && facts.isFirstComparison)
    return "The subscription existed before Marketdesk first read Microsoft's list.";
  const known = ofOperation(evidence.operation, facts.now) ?? ofDelivery(evidence);
  if (known !== null) return known;
  if (changed === null && facts.status === "PendingFulfillmentStart") {
    return "The plan was bought, but no one has opened the landing page yet. Microsoft sends no webhook for purchases.";
  }
  if (changed !== null && !changed.some((name) => notifiedFacts.has(name))) {
    return "Microsoft sends no webhook for changes of this kind.";
  }
  const since = facts.lastEqualAt === null ? "" : " since the subscription was last in sync";
  return `No webhook arrived${since}: ${suspicion(evidence)}`;
}

function ofOperation(operation: OperationEvidence | null, now: Date): string | null {
  if (operation === null) return null;
  const { action, lastError } = operation;
  const name = `The operation ${action}`;
  const words = lastError === null ? "" : `: ${lastError}`;
  if (operation.isStuck) return sentence(`${name} is stuck${words}`);
  if (operation.isOpen) {
    return isFresh(operation, now) ? null : sentence(`${name} makes no progress${words}`);
  }
  switch (operation.outcome) {
    case "quarantined":
    case "failed":
    case "skipped":
      return sentence(`${name} ${endings[operation.outcome]}${words}`);
    default:
      return null;
  }
}

const endings = { quarantined: "was quarantined", failed: "failed", skipped: "was skipped by staff" };

function ofDelivery({ delivery, operation }: Evidence): string | null {
  if (delivery === null) return null;
  const what = "A webhook delivery";
  if (delivery.outcome === "unprocessable") return `${what} could not be parsed.`;
  return operation?.isOpen === false
    ? `${what} reported ${delivery.action ?? "a change"} and was applied; Microsoft's record changed again afterward.`
    : null;
}

function suspicion({ refusal, outage }: Evidence): string {
  if (outage !== null) {
    return `Marketdesk was not running for ${duration(outage.to.getTime() - outage.from.getTime())}, and Microsoft did not repeat the webhook.`;
  }
  if (refusal !== null) {
    return `a call was answered with ${refusal.status} (${refusal.reason}) and may have been the webhook.`;
  }
  return "the webhook was lost, or the change was made where Microsoft sends none, such as in Partner Center or a portal.";
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `90 minutes`, `3 hours`, `2 days`. */
function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
