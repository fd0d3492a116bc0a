import type { OperationOutcome, OperationStage } from "../lifecycle.ts";
import type { ActorView } from "./staff.ts";
import type { ActivityView, DeliveryRow } from "./history.ts";

export type OperationView = {
  /** Our id. */
  id: string;
  /** Microsoft's id, once known. */
  marketplaceId: string | null;
  subscriptionId: string;
  subscriptionName: string;
  action: string;
  source: "Azure" | "Partner";
  stage: OperationStage;
  /** Microsoft's status, as last read. */
  status: string | null;
  outcome: OperationOutcome | null;
  /** The requested plan or seats; null if the action has none. */
  planId: string | null;
  /** The plan's name, or else its id. */
  planName: string | null;
  quantity: number | null;
  decision: "accept" | "reject" | null;
  decisionReason: string | null;
  /** The change rule that decided; version 0: no rule was set. Null: rules did not apply. */
  decisionRuleVersion: number | null;
  /** When Microsoft stops waiting for our answer; null if it expects no answer. */
  answerDueAt: string | null;
  acknowledgedAt: string | null;
  actor: ActorView;
  /** Who approved a cancellation that needed a second person; null for all others. */
  approvedByName: string | null;
  reason: string | null;
  /** The number of attempts, and the last error in words. */
  attempts: number;
  lastError: string | null;
  /** The attempts are used up; staff can retry. */
  isStuck: boolean;
  createdAt: string;
  updatedAt: string;
  settledAt: string | null;
};

/** One call of ours to Microsoft. */
export type StepCall = {
  method: string;
  path: string;
  /** null: no response. */
  status: number | null;
  requestId: string;
  correlationId: string;
  attempt: number;
  at: string;
  durationMs: number;
};

/** One step of an operation. */
export type StepView = {
  id: string;
  startedAt: string;
  endedAt: string;
  step: string;
  stage: OperationStage;
  note: string | null;
  calls: StepCall[];
};

/** The full history of an operation, from the first delivery to the notification of open pages. */
export type TraceView = {
  operation: OperationView;
  deliveries: DeliveryRow[];
  /** When a worker last claimed it. */
  claimedAt: string | null;
  steps: StepView[];
  activity: ActivityView[];
};

/** The effect of a replay, previewed or done. */
export type ReplayView = {
  /** Sentences such as "Seats changed from 5 to 8"; empty if our copy is in sync. */
  changes: string[];
  /** Microsoft's current status of the operation; null if unknown to Microsoft. */
  status: string | null;
};
