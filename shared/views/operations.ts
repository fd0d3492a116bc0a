import type { OperationOutcome, OperationStage } from "../lifecycle.ts";
import type { ActorView } from "./staff.ts";
import type { ActivityView, DeliveryRow } from "./history.ts";

export type OperationView = {
  /** Ours. */
  id: string;
  /** Microsoft's, once known. */
  marketplaceId: string | null;
  subscriptionId: string;
  subscriptionName: string;
  action: string;
  source: "Azure" | "Partner";
  stage: OperationStage;
  /** Microsoft's word for it, as last read. */
  status: string | null;
  outcome: OperationOutcome | null;
  /** The plan or seats asked for; null where the action has none. */
  planId: string | null;
  quantity: number | null;
  decision: "accept" | "reject" | null;
  decisionReason: string | null;
  /** The change rule that decided; version 0: none was set. Null: no rule was asked. */
  decisionRuleVersion: number | null;
  /** When Microsoft stops waiting for our answer; null where none is due. */
  answerDueAt: string | null;
  acknowledgedAt: string | null;
  actor: ActorView;
  reason: string | null;
  /** How often it was tried, and the last trouble in words. */
  attempts: number;
  lastError: string | null;
  /** The job gave up; staff can retry. */
  isStuck: boolean;
  createdAt: string;
  updatedAt: string;
  settledAt: string | null;
};

/** One call of ours to Microsoft. */
export type StepCall = {
  method: string;
  path: string;
  /** null: no answer. */
  status: number | null;
  requestId: string;
  correlationId: string;
  attempt: number;
  at: string;
  durationMs: number;
};

/** One step that was taken with an operation. */
export type StepView = {
  id: string;
  startedAt: string;
  endedAt: string;
  step: string;
  stage: OperationStage;
  note: string | null;
  calls: StepCall[];
};

/** Everything that happened with an operation, from the first delivery to what open pages were told. */
export type TraceView = {
  operation: OperationView;
  deliveries: DeliveryRow[];
  /** When a worker last took it up. */
  claimedAt: string | null;
  steps: StepView[];
  activity: ActivityView[];
};

/** What a replay would do now, or did. */
export type ReplayView = {
  /** Sentences such as "Seats changed from 5 to 8"; empty when the record equals Microsoft's. */
  changes: string[];
  /** Microsoft's word for the operation now; null when it does not know it. */
  status: string | null;
};
