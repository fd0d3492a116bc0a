/** What waits for someone, ordered by when something is lost. */
import { activationWindowDays, answerWindowMs, suspensionWindowDays } from "../shared/lifecycle.ts";
import type { OperationView, SubscriptionRow } from "../shared/views.ts";
import { dayMs } from "./format.ts";
import { operationTitle } from "./words.ts";

export type Need = {
  key: string;
  kind: "answer" | "stuck" | "activation" | "suspension";
  what: string;
  /** Whose it is, and where to see it. */
  subscriptionId: string;
  who: string;
  why: string;
  /** ISO 8601; null where nothing is lost at a known time. */
  dueAt: string | null;
  windowMs: number;
  /** The deadline is the latest possible one. */
  isLatest: boolean;
  /** Set where the job of an operation gave up: it can be tried again. */
  stuckOperationId: string | null;
};

/** Joins what the three lists say into one, the most pressing first. What cannot wait but has no deadline comes before days. */
export function needsOf(open: OperationView[], pending: SubscriptionRow[], suspended: SubscriptionRow[]): Need[] {
  const needs = [
    ...open.flatMap((operation) => needOfOperation(operation) ?? []),
    ...pending.map(needOfPending),
    ...suspended.map(needOfSuspended),
  ];
  return needs.toSorted((one, other) => rank(one) - rank(other) || dueTime(one) - dueTime(other));
}

function rank(need: Need): number {
  if (need.kind === "answer") return 0;
  return need.kind === "stuck" ? 1 : 2;
}

function dueTime(need: Need): number {
  return need.dueAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(need.dueAt);
}

function needOfOperation(operation: OperationView): Need | null {
  const isAwaited =
    operation.answerDueAt !== null && operation.acknowledgedAt === null && operation.stage !== "settled";
  if (!operation.isStuck && !isAwaited) return null;
  return {
    key: `operation-${operation.id}`,
    kind: operation.isStuck ? "stuck" : "answer",
    what: operation.isStuck ? `${operationTitle(operation)}: stuck` : `${operationTitle(operation)}: answer due`,
    subscriptionId: operation.subscriptionId,
    who: operation.subscriptionName,
    why: operation.isStuck
      ? `Gave up after ${operation.attempts} attempts. ${operation.lastError ?? ""}`.trim()
      : "Microsoft waits for our answer; without one it decides itself.",
    dueAt: operation.isStuck ? null : operation.answerDueAt,
    isLatest: false,
    windowMs: answerWindowMs,
    stuckOperationId: operation.isStuck ? operation.id : null,
  };
}

function addDays(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * dayMs).toISOString();
}

function needOfPending(row: SubscriptionRow): Need {
  return {
    key: `activation-${row.id}`,
    kind: "activation",
    what: "Purchase not activated",
    subscriptionId: row.id,
    who: row.name,
    why: `${row.contactCompany ?? row.beneficiaryEmail ?? "The purchaser"} bought ${row.planName} and has not finished on the landing page. A purchase lapses after ${activationWindowDays} days.`,
    dueAt: row.purchasedAt === null ? null : addDays(row.purchasedAt, activationWindowDays),
    isLatest: false,
    windowMs: activationWindowDays * dayMs,
    stuckOperationId: null,
  };
}

function needOfSuspended(row: SubscriptionRow): Need {
  return {
    key: `suspension-${row.id}`,
    kind: "suspension",
    what: "Suspended, lost unless paid",
    subscriptionId: row.id,
    who: row.name,
    why: `Microsoft could not charge ${row.contactCompany ?? row.beneficiaryEmail ?? "the customer"} and ends the subscription after ${suspensionWindowDays} days. Only the customer can put the payment right.`,
    // The last change is the suspension or came after it, so this is the latest that Microsoft waits.
    dueAt: addDays(row.updatedAt, suspensionWindowDays),
    isLatest: true,
    windowMs: suspensionWindowDays * dayMs,
    stuckOperationId: null,
  };
}
