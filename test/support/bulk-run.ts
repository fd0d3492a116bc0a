import type { BulkRunView } from "../../shared/views/bulk.ts";

/** A bulk run as a page reads it; a test overrides what it needs. */
export const bulkRunWith = (different: Partial<BulkRunView>): BulkRunView => ({
  id: "run",
  action: { kind: "suspend", reason: "No payment", reasonCode: null },
  title: "Suspend access",
  filters: null,
  state: "planned",
  stopReason: null,
  byName: "Test operator",
  isMine: true,
  counts: { ready: 2, refused: 0, done: 0, failed: 0 },
  total: 2,
  failedLater: 0,
  inProgress: 0,
  createdAt: "2026-11-28T12:00:00.000Z",
  startedAt: null,
  finishedAt: null,
  rowsDeletedAt: null,
  ...different,
});
