import type { IdNames } from "./history.ts";
import type { DifferenceResolution, DifferenceKind, ReconcilePhase } from "../reconcile.ts";

export type ReconcileRunView = {
  id: string;
  trigger: "schedule" | "staff";
  startedByName: string | null;
  startedAt: string;
  finishedAt: string | null;
  phase: ReconcilePhase;
  /** How many subscriptions we had at the start; null before it reads. */
  expected: number | null;
  /** Subscriptions read, added, repaired, raised to staff and failed so far. */
  listed: number;
  added: number;
  repaired: number;
  raised: number;
  failed: number;
  /** Open operations that had lost their job and got a new one. */
  revived: number;
  /** How often Microsoft's list had to be read from the start again. */
  restarts: number;
  /** Why it makes no progress, or why it ended; null if there is no problem. */
  error: string | null;
};

export type ReconcileStatusView = {
  running: ReconcileRunView | null;
  /** The last completed run. */
  last: ReconcileRunView | null;
  /** When the schedule starts the next one. */
  nextAt: string;
};

/** One difference between our copy and Microsoft's. */
export type DifferenceView = {
  id: string;
  at: string;
  /** Null if staff requested this subscription. */
  runId: string | null;
  /** Null for rows of Microsoft's list without an id. */
  subscriptionId: string | null;
  subscriptionName: string | null;
  kind: DifferenceKind;
  /** The differing facts in our copy and at Microsoft; null if a side has none. */
  recorded: Record<string, unknown> | null;
  truth: Record<string, unknown> | null;
  /** Of the plans and offers in these facts. */
  names: IdNames;
  /** The likely cause; null if unknown. */
  cause: string | null;
  done: DifferenceResolution;
  error: string | null;
};
