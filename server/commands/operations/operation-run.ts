/**
 * One run of an operation and its three verbs: `advance` sets the next stage in memory, `save` writes it to the database, `end`
 * ends the operation. A run saves before and after each call that changes something at Microsoft; after calls that only read,
 * the next write is soon enough.
 */
import type { OperationOutcome, OperationStage } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import type { Operation } from "../../database/writes/operation-claims.ts";
import { type ExpectedState, type StepRow, writeProgress } from "../../database/writes/progress-writes.ts";
import { type ActivityEntry, activityRows } from "../../database/record/record.ts";
import { readSubscription, type SubscriptionRow, writeSettlement } from "../../database/writes/settlement.ts";
import { actorOf, endingOf } from "./operation-ending.ts";
import { stepRows } from "./step-trace.ts";

export type { Operation };

/** From claiming an operation until it has ended or has to wait. */
export type Run = {
  /** The operation with the changes that are not saved yet. */
  operation: Operation;
  /** The operation in the database. A write is refused when it has changed there. */
  from: ExpectedState;
  /** Columns that have changed and are not saved yet. */
  patch: Partial<Operation>;
  steps: StepRow[];
  /** Our copy of its subscription: undefined before it is read, null if we have none. */
  current: SubscriptionRow | null | undefined;
};

export function startRun(operation: Operation): Run {
  return { operation, from: operation, patch: {}, steps: [], current: undefined };
}

/** The step cannot be finished now. The message is for staff, and empty while Microsoft is still working on it. */
export class RetryLater extends Error {
  /** Microsoft asked for at least this pause. */
  readonly retryAfterMs: number | null;
  /** Exactly this pause, instead of the usual backoff. */
  readonly pauseMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null, pauseMs: number | null = null) {
    super(message);
    this.name = "RetryLater";
    this.retryAfterMs = retryAfterMs;
    this.pauseMs = pauseMs;
  }
}

/** Another run or a member of staff changed the operation first; nothing was written. */
export class LostRace extends Error {
  override readonly name = "LostRace";
}

/** Moves the run to a stage with new values; nothing is written yet. A different stage restarts the count of attempts. */
export function advance(ctx: Context, run: Run, stage: OperationStage, values: Partial<Operation>): void {
  const now = ctx.now();
  const attempts = stage === run.operation.stage ? run.operation.attempts : 0;
  const patch = { lastError: null, ...values, stage, attempts, updatedAt: now };
  Object.assign(run.patch, patch);
  run.operation = { ...run.operation, ...patch };
  const note = values.lastError ?? values.decisionReason ?? null;
  run.steps.push(...stepRows(run.operation.id, { stage, note, endedAt: now }));
}

/**
 * Writes the changes of the run; does nothing if there are none.
 *
 * @param options.isAnnounced whether open pages are notified; they are by default
 * @param options.waitMs the run stops here, and the next one is due after this many milliseconds
 * @throws LostRace
 */
export async function save(
  ctx: Context,
  run: Run,
  options: { isAnnounced?: boolean; waitMs?: number } = {},
): Promise<void> {
  if (Object.keys(run.patch).length === 0) return;
  const { from, patch, steps } = run;
  const { subscriptionId } = run.operation;
  const { isAnnounced = true, waitMs = null } = options;
  const written = await writeProgress(ctx.db, { from, patch, steps, subscriptionId, isAnnounced, waitMs });
  if (!written) throw new LostRace();
  Object.assign(run, { operation: written, from: written, patch: {}, steps: [] });
}

/**
 * Ends the operation without touching its subscription.
 *
 * @param note sentences for staff on why it ended this way; null if the outcome explains it
 * @param options.entry a further entry for the audit trail, with the actor of `ctx`
 * @throws LostRace
 */
export async function end(
  ctx: Context,
  run: Run,
  outcome: OperationOutcome,
  note: string | null,
  options: { entry?: ActivityEntry } = {},
): Promise<void> {
  const now = ctx.now();
  const { operation } = run;
  const { columns, entry } = endingOf(operation, outcome, note, now);
  const result = await writeSettlement(ctx.db, {
    from: run.from,
    subscriptionId: operation.subscriptionId,
    seenVersion: null,
    subscription: null,
    isAnnounced: false,
    patch: { ...run.patch, ...columns },
    steps: [...run.steps, ...stepRows(operation.id, { stage: "settled", note, endedAt: now })],
    activity: [
      ...activityRows(actorOf(operation), now, [entry]),
      ...(options.entry ? activityRows(ctx.actor, now, [options.entry]) : []),
    ],
  });
  if (result !== "settled") throw new LostRace();
  run.operation = { ...operation, ...columns };
}

/** Our copy of the subscription, read once per run. */
export async function readCurrent(ctx: Context, run: Run): Promise<SubscriptionRow | null> {
  if (run.current === undefined) run.current = await readSubscription(ctx.db, run.operation.subscriptionId);
  return run.current;
}
