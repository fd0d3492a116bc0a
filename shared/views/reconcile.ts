import type { DifferenceResolution, DifferenceKind, ReconcilePhase } from "../filters.ts";

export type ReconcileRunView = {
  id: string;
  trigger: "schedule" | "staff";
  startedByName: string | null;
  startedAt: string;
  finishedAt: string | null;
  phase: ReconcilePhase;
  /** How many subscriptions we held when it began; null: it has not begun to read yet. */
  expected: number | null;
  /** Subscriptions read, added, repaired, raised to staff and failed so far. */
  listed: number;
  added: number;
  repaired: number;
  raised: number;
  failed: number;
  /** Open operations that had lost their job and got a new one. */
  revived: number;
  /** How often Microsoft's list had to be read from its start again. */
  restarts: number;
  /** Why it does not get on, or why it ended; null when all is well. */
  error: string | null;
};

export type ReconcileStatusView = {
  running: ReconcileRunView | null;
  /** The last one that ended. */
  last: ReconcileRunView | null;
  /** When the schedule starts the next one. */
  nextAt: string;
};

/** One difference between our record and Microsoft's. */
export type DifferenceView = {
  id: string;
  at: string;
  /** Null: staff asked for this subscription alone. */
  runId: string | null;
  /** Null: rows of Microsoft's list without an id. */
  subscriptionId: string | null;
  subscriptionName: string | null;
  kind: DifferenceKind;
  /** The facts that differ, as we held them and as Microsoft has them; null where a side has none. */
  recorded: Record<string, unknown> | null;
  truth: Record<string, unknown> | null;
  /** How it came about; null when it cannot be told. */
  cause: string | null;
  done: DifferenceResolution;
  error: string | null;
};
