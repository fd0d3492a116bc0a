import type { BulkAction, BulkRowState, BulkState } from "../bulk.ts";
import type { OperationOutcome, OperationStage } from "../lifecycle.ts";
import type { SubscriptionFilters } from "../filters.ts";

export type BulkCounts = Record<BulkRowState, number>;

export type BulkRunView = {
  id: string;
  action: BulkAction;
  /** The action in words: `Change seats to 8`. */
  title: string;
  /** By which it chose the subscriptions; null: they were named one by one. */
  filters: SubscriptionFilters | null;
  state: BulkState;
  /** Why it stopped before its end; null unless it did. */
  stopReason: string | null;
  byName: string;
  /** Whether it is of who asks. */
  isMine: boolean;
  counts: BulkCounts;
  total: number;
  /** Operations at Microsoft that it asked for and that ended otherwise than they should. */
  failedLater: number;
  /** Those that have not ended. */
  inProgress: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

export type BulkRowView = {
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  state: BulkRowState;
  /** What would be done, or why it cannot be: a sentence of the dry run. */
  plan: string;
  /** What was done, or why not; null before. */
  result: string | null;
  /** The operation that it asked for. */
  operation: { id: string; stage: OperationStage; outcome: OperationOutcome | null } | null;
  endedAt: string | null;
};
