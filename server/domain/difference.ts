/** Why our record and Microsoft's differ, as far as what is on record tells. Pure. */
import type { OperationOutcome } from "../../shared/lifecycle.ts";
import type { FactName } from "./subscription.ts";

/** What is on record about a subscription since it was last known to be equal. */
export type Evidence = {
  operation: OperationEvidence | null;
  delivery: { at: Date; outcome: "accepted" | "duplicate" | "unprocessable"; action: string | null } | null;
  /** The latest reason for which the webhook refused calls; whose they were cannot be known. */
  refusal: { at: Date; reason: string; status: number } | null;
  /** A time longer than that between two comparisons in which nothing ran. */
  outage: { from: Date; to: Date } | null;
};

export type OperationEvidence = {
  action: string;
  isOpen: boolean;
  isStuck: boolean;
  outcome: OperationOutcome | null;
  lastError: string | null;
  createdAt: Date;
  /** When it last got on. */
  updatedAt: Date;
};

/** An open operation that has not got on for so long explains nothing, and one without a job gets a new one. */
export const operationTimeoutMs = 5 * 60_000;

const term: FactName[] = ["termUnit", "termStartsOn", "termEndsOn"];
const rights: FactName[] = ["allowedCustomerOperations"];

/** The facts that an action moves, so that an operation under way explains them. */
const moves: Record<string, FactName[]> = {
  ChangePlan: ["planId", "quantity", "isFreeTrial", ...term, ...rights],
  ChangeQuantity: ["quantity", ...rights],
  Suspend: ["status", "autoRenews", ...rights],
  Reinstate: ["status", "autoRenews", ...term, ...rights],
  Renew: ["isFreeTrial", ...term],
  Unsubscribe: ["status", "quantity", "autoRenews", ...term, ...rights],
  Activate: ["status", "autoRenews", ...term, ...rights],
  Subscribe: ["status", "autoRenews", ...term, ...rights],
};

/** Whether the difference is an operation under way, which brings it about by itself. Of an unknown one it is any. */
export function isExplained(operation: OperationEvidence | null, changed: FactName[] | null, now: Date): boolean {
  if (!operation?.isOpen || operation.isStuck || !isFresh(operation, now)) return false;
  return changed === null || changed.every((name) => moves[operation.action]?.includes(name) ?? false);
}

function isFresh(operation: OperationEvidence, now: Date): boolean {
  return now.getTime() - operation.updatedAt.getTime() <= operationTimeoutMs;
}

/** Microsoft tells of these by webhook, and of no others. */
const notifiedFacts: ReadonlySet<FactName> = new Set(["status", "planId", "quantity", "isFreeTrial", ...term]);

export type DifferenceFacts = {
  /** Null: we did not have it. */
  changed: FactName[] | null;
  status: string;
  unrecognisedStatus: string | null;
  /** When it was last known to be equal; null: never. */
  lastEqualAt: Date | null;
  /** Nothing was compared before this. */
  isFirstComparison: boolean;
  now: Date;
};

/** How a difference came about: the strongest thing that can be said, as a sentence. */
export function causeOf(facts: DifferenceFacts, evidence: Evidence): string {
  const { changed } = facts;
  if (facts.unrecognisedStatus !== null && (changed === null || changed.includes("unrecognisedStatus"))) {
    return `Microsoft calls its status "${facts.unrecognisedStatus}", which the desk does not know.`;
  }
  if (changed === null && facts.isFirstComparison) return "It was there before the desk first read Microsoft's list.";
  const known = ofOperation(evidence.operation, facts.now) ?? ofDelivery(evidence);
  if (known !== null) return known;
  if (changed === null && facts.status === "PendingFulfillmentStart") {
    return "It was bought, but nobody has opened the landing page yet; Microsoft sends no webhook for that.";
  }
  if (changed !== null && !changed.some((name) => notifiedFacts.has(name))) {
    return "Microsoft sends no webhook for changes of this kind.";
  }
  const since = facts.lastEqualAt === null ? "" : ` since ${time(facts.lastEqualAt)}, when it was last equal`;
  return `No webhook arrived for it${since}: ${suspicion(evidence)}`;
}

function ofOperation(operation: OperationEvidence | null, now: Date): string | null {
  if (operation === null) return null;
  const { action, lastError } = operation;
  const name = `Its operation ${action} of ${time(operation.createdAt)}`;
  const words = lastError === null ? "" : `: ${lastError}`;
  if (operation.isStuck) return sentence(`${name} is stuck${words}`);
  if (operation.isOpen) {
    return isFresh(operation, now)
      ? null
      : sentence(`${name} has not got on since ${time(operation.updatedAt)}${words}`);
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

const endings = { quarantined: "was put aside", failed: "failed", skipped: "was skipped by staff" };

function ofDelivery({ delivery, operation }: Evidence): string | null {
  if (delivery === null) return null;
  const what = `A webhook of ${time(delivery.at)}`;
  if (delivery.outcome === "unprocessable") return `${what} could not be understood.`;
  return operation?.isOpen === false
    ? `${what} told of ${delivery.action ?? "a change"} and was settled; Microsoft's record changed once more after it.`
    : null;
}

function suspicion({ refusal, outage }: Evidence): string {
  if (outage !== null) {
    return `the desk did not run from ${time(outage.from)} to ${time(outage.to)}, and Microsoft did not repeat it.`;
  }
  if (refusal !== null) {
    return `a call of ${time(refusal.at)} was answered with ${refusal.status} (${refusal.reason}) and may have been it.`;
  }
  return "it was lost on the way, or the change was made where Microsoft sends none, such as Partner Center or a portal.";
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `2027-03-14 14:03 UTC`. */
function time(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
