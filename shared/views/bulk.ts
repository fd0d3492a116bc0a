import type { BulkAction, BulkRowState, BulkState } from "../bulk.ts";
import type { OperationOutcome, OperationStage } from "../lifecycle.ts";
import type { SubscriptionFilters } from "../filters.ts";

export type BulkCounts = Record<BulkRowState, number>;

export type BulkRunView = {
  id: string;
  action: BulkAction;
  /** The action in words: `Change seats to 8`. */
  title: string;
  /** The filters that selected the subscriptions; null if selected individually. */
  filters: SubscriptionFilters | null;
  state: BulkState;
  /** Why it stopped early; null if it did not. */
  stopReason: string | null;
  byName: string;
  /** Whether the caller owns it. */
  isMine: boolean;
  /** What failed at Microsoft after it was requested counts as `failed`. */
  counts: BulkCounts;
  total: number;
  /** Those of the failed that were requested, and failed at Microsoft. */
  failedLater: number;
  /** Its open operations. */
  inProgress: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** When retention deleted the list of a dry run that was never started. */
  rowsDeletedAt: string | null;
};

export type BulkRowView = {
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  state: BulkRowState;
  /** What would be done, or why not: a sentence of the dry run. */
  plan: string;
  /** What was done, or why not, in Microsoft's words if it failed there; null before. */
  result: string | null;
  /** The operation that it requested. */
  operation: { id: string; stage: OperationStage; outcome: OperationOutcome | null } | null;
  endedAt: string | null;
};
