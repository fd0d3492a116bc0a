/**
 * How an operation gets on: the writes that its steps share. Each is refused when another run was faster.
 *
 * What was only read is kept in the run and committed with what comes next; before anything leaves the house, and when
 * something has happened outside, it is committed at once.
 */
import { and, eq, isNotNull, isNull, ne, or } from "drizzle-orm";
import type { OperationOutcome, OperationStage } from "../../../shared/lifecycle.ts";
import type { Actor, Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type Operation, wakeWorkers } from "../../database/writes/operation-claims.ts";
import { type ExpectedState, type StepRow, writeProgress } from "../../database/writes/progress-writes.ts";
import { type ActivityEntry, announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { readSubscription, type SubscriptionRow } from "../../database/writes/settlement.ts";
import { decisionInRetrospect, isLateRefusal, lateRefusal } from "../../domain/decision.ts";
import { describeOperation } from "../../domain/operation.ts";
import { stepRows, writeStep } from "./step-trace.ts";

export type { Operation };

/** One run of an operation: from taking it up until it is settled or has to wait. */
export type Run = {
  /** The operation as the run knows it, with what is not committed yet. */
  operation: Operation;
  /** How it stands in the database. */
  from: ExpectedState;
  /** What is not committed yet. */
  patch: Partial<Operation>;
  steps: StepRow[];
  /** Our copy of its subscription, once it was read; null: we have none. */
  current: SubscriptionRow | null | undefined;
};

export function beginRun(operation: Operation): Run {
  return { operation, from: operation, patch: {}, steps: [], current: undefined };
}

/** A step that cannot be finished now; the message is for staff, and empty when Microsoft is just not done. */
export class RetryLater extends Error {
  /** Wait at least this long. */
  readonly retryAfterMs: number | null;
  /** Wait this long, and not by the number of tries. */
  readonly pauseMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null, pauseMs: number | null = null) {
    super(message);
    this.name = "RetryLater";
    this.retryAfterMs = retryAfterMs;
    this.pauseMs = pauseMs;
  }
}

/** Another run, or a member of staff, was faster; nothing was written. */
export class LostRace extends Error {
  override readonly name = "LostRace";
}

/** Notes progress that rests on reading alone: a new stage, which starts the count of tries again, or a new reading. */
export function note(ctx: Context, run: Run, stage: OperationStage, values: Partial<Operation>): void {
  const now = ctx.now();
  const attempts = stage === run.operation.stage ? run.operation.attempts : 0;
  const patch = { lastError: null, ...values, stage, attempts, updatedAt: now };
  Object.assign(run.patch, patch);
  run.operation = { ...run.operation, ...patch };
  const words = values.lastError ?? values.decisionReason ?? null;
  run.steps.push(...stepRows(run.operation.id, { stage, note: words, endedAt: now }));
}

/**
 * Commits what was noted.
 *
 * @param more.isNews whether open pages are told; they are by default
 * @param more.waitMs the run ends with it: the next one is due so much later
 * @throws LostRace
 */
export async function commit(ctx: Context, run: Run, more: { isNews?: boolean; waitMs?: number } = {}): Promise<void> {
  if (Object.keys(run.patch).length === 0) return;
  const { from, patch, steps } = run;
  const { subscriptionId } = run.operation;
  const { isNews = true, waitMs = null } = more;
  const written = await writeProgress(ctx.db, { from, patch, steps, subscriptionId, isNews, waitMs });
  if (!written) throw new LostRace();
  Object.assign(run, { operation: written, from: written, patch: {}, steps: [] });
}

/** Commits progress at once. @throws LostRace */
export async function move(ctx: Context, run: Run, stage: OperationStage, values: Partial<Operation>): Promise<void> {
  note(ctx, run, stage, values);
  await commit(ctx, run);
}

/** Our copy of the subscription, read once in a run. */
export async function readCurrent(ctx: Context, run: Run): Promise<SubscriptionRow | null> {
  if (run.current === undefined) run.current = await readSubscription(ctx.db, run.operation.subscriptionId);
  return run.current;
}

/** What ending an operation writes: its columns, and the entry of the record. */
export function ending(operation: Operation, outcome: OperationOutcome, words: string | null, now: Date) {
  const columns = {
    stage: "settled",
    outcome,
    settledAt: now,
    updatedAt: now,
    lastError: words ?? (isLateRefusal(operation, outcome) ? lateRefusal : remainingNote(operation, outcome)),
    stuckAt: null,
    dueAt: null,
    claimedBy: null,
  } satisfies Partial<Operation>;
  const entry: ActivityEntry = {
    subscriptionId: operation.subscriptionId,
    operationId: operation.id,
    kind: `operation.${outcome}`,
    summary: summaryOf(operation, outcome, words),
    after: {
      ...(operation.decision && { decision: operation.decision }),
      ...(operation.decisionRuleVersion && { changeRule: `version ${operation.decisionRuleVersion}` }),
    },
    reason: operation.reason,
    reasonCode: operation.reasonCode,
  };
  return { columns, entry };
}

/** Ends an operation without touching the subscription. @throws LostRace */
export async function end(ctx: Context, run: Run, outcome: OperationOutcome, words: string): Promise<void> {
  await commit(ctx, run);
  await ctx.db.transaction((tx) => finish(ctx, tx, run.operation, outcome, words));
  run.operation = { ...run.operation, stage: "settled" };
}

/** Ends an operation inside the caller's transaction. @throws LostRace */
export async function finish(
  ctx: Context,
  tx: Executor,
  operation: Operation,
  outcome: OperationOutcome,
  words: string | null,
): Promise<void> {
  const now = ctx.now();
  const { columns, entry } = ending(operation, outcome, words, now);
  const ended = await tx
    .update(operations)
    .set(columns)
    .where(and(eq(operations.id, operation.id), eq(operations.stage, operation.stage)))
    .returning({ id: operations.id });
  // Another run ended it first: its transaction has written all of this.
  if (ended.length === 0) throw new LostRace();
  await writeStep(tx, operation.id, { stage: "settled", note: words, endedAt: now });
  await wakeNext(tx, operation, now);
  await record(tx, actorOf(operation), now, [entry]);
  await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
}

/** What a change of ours waited for is no news once it has succeeded; why Microsoft got no answer still is. */
function remainingNote(operation: Operation, outcome: OperationOutcome): string | null {
  return outcome === "succeeded" && operation.source === "Partner" ? null : operation.lastError;
}

/** Changes of ours that wait for their turn, and operations that wait for their effect, are looked at again. */
async function wakeNext(tx: Executor, { id, subscriptionId }: Operation, now: Date): Promise<void> {
  await tx
    .update(operations)
    .set({ dueAt: now, stuckAt: null })
    .where(
      and(
        eq(operations.subscriptionId, subscriptionId),
        ne(operations.stage, "settled"),
        or(
          and(eq(operations.stage, "requested"), isNull(operations.sentAt)),
          and(isNotNull(operations.effectAwaitedSince), isNull(operations.claimedBy)),
        ),
        ne(operations.id, id),
      ),
    );
  await wakeWorkers(tx);
}

function summaryOf(operation: Operation, outcome: OperationOutcome, words: string | null): string {
  const ending: Record<OperationOutcome, string> = {
    succeeded: "is settled",
    rejected: "was refused by the publisher",
    failed: "failed",
    conflict: "was overtaken by a newer change or asked for what already was",
    quarantined: "was put aside",
    skipped: "was skipped by staff",
  };
  const sentences = words ?? decisionInRetrospect(operation, outcome);
  return `${describeOperation(operation)} ${ending[outcome]}${sentences ? `. ${sentences}` : ""}`;
}

/** Who is behind an operation: the person who asked, or Microsoft. */
export function actorOf(operation: Operation): Actor {
  if (operation.actorKind === "staff") {
    return { kind: "staff", id: operation.actorId ?? "", name: operation.actorName, role: "operator" };
  }
  if (operation.actorKind === "purchaser") {
    return { kind: "purchaser", id: operation.actorId ?? "", name: operation.actorName, tenantId: "", email: null };
  }
  if (operation.actorKind === "product") {
    return { kind: "product", id: operation.actorId ?? "", name: operation.actorName };
  }
  return operation.actorKind === "marketplace"
    ? { kind: "marketplace" }
    : { kind: "system", name: operation.actorName };
}
