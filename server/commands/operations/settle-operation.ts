/** Settles one operation, ours or Microsoft's: takes the steps that `nextStep` returns until it has ended or has to wait. */
import { eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { operations } from "../../database/schema/operations.ts";
import { isEnded, nextStep, dropFuture, type Step } from "../../domain/operation.ts";
import { acknowledge, decide, missDeadline, verify } from "./acknowledge-change.ts";
import { fetchOperation, namedId } from "./fetch-operation.ts";
import { advance, LostRace, type Operation, RetryLater, type Run, startRun } from "./operation-run.ts";
import { scheduleRetry, type Settling } from "./schedule-retry.ts";
import { sendChange } from "./send-change.ts";
import { settle, settleIfVisible } from "./settle-by-record.ts";
import { traced } from "./step-trace.ts";

/** A run starts over when someone else changes its operation. After this many restarts it fails, and is repeated later. */
const maxRestarts = 20;

/**
 * Takes all steps that are possible now. Can be called at any time, repeatedly, and on any instance. Problems with Microsoft do
 * not throw: they are saved with the operation, and the wait until the next run is returned.
 */
export async function settleOperation(ctx: Context, operationId: string): Promise<Settling> {
  const operation = await readOperationRow(ctx, operationId);
  return operation ? runOperation(ctx, operation) : { isDone: true };
}

/** The same for a row that a worker has claimed. Every outcome releases the claim. */
export async function runOperation(ctx: Context, operation: Operation): Promise<Settling> {
  let run = startRun(operation);
  for (let restarts = 0; restarts <= maxRestarts;) {
    const step = nextStep(run.operation, ctx.now());
    if (step.do === "nothing") return { isDone: true };
    try {
      const settling = await traced(step.do, ctx.now(), () =>
        takeStep(ctx, run, step).catch((error: unknown) => scheduleRetry(ctx, run, error)),
      );
      if (settling) return settling;
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
      const current = await readOperationRow(ctx, operation.id);
      // Another worker has claimed it and continues.
      if (!current || current.claimedBy !== operation.claimedBy) return { isDone: true };
      run = startRun(current);
      restarts += 1;
    }
  }
  throw new Error(`operation ${operation.id} keeps changing while it is settled`);
}

async function readOperationRow(ctx: Context, id: string): Promise<Operation | undefined> {
  const [row] = await ctx.db.select().from(operations).where(eq(operations.id, id));
  return row;
}

async function takeStep(ctx: Context, run: Run, step: Step): Promise<void> {
  switch (step.do) {
    case "verify":
      return verify(ctx, run);
    case "decide":
      return decide(ctx, run);
    case "acknowledge":
      return acknowledge(ctx, run, step.answer, step.isBestEffort);
    case "pass-window":
      return missDeadline(ctx, run);
    case "send":
      return sendChange(ctx, run);
    case "poll":
      return poll(ctx, run);
    case "settle":
      return settle(ctx, run, step);
    case "nothing":
      return;
  }
}

async function poll(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  if (namedId(operation) === null) return settle(ctx, run, { outcome: "succeeded", isProved: false });
  const found = await fetchOperation(ctx, operation);
  const { incoming, error } = found;
  if (incoming === null) {
    if (operation.stage !== "accepted") return followRecord(ctx, run);
    // Only the subscription can show its outcome.
    if (found.isUnknown) return settle(ctx, run, { outcome: "succeeded", isProved: false });
    if (await settleIfVisible(ctx, run)) return;
    throw new RetryLater(error.message);
  }
  if (incoming.status !== operation.status) {
    const occurredAt = operation.occurredAt ?? dropFuture(incoming.at, ctx.now());
    advance(ctx, run, operation.stage, { status: incoming.status, occurredAt });
  }
  if (isEnded(incoming.status)) return;
  // The subscription may show the effect before the operation says so.
  if (operation.attempts > 0 && (await settleIfVisible(ctx, run))) return;
  throw new RetryLater("", incoming.retryAfterMs);
}

/** Microsoft no longer returns this operation: a rejection that it acknowledged stands, otherwise the subscription decides. */
function followRecord(ctx: Context, run: Run): Promise<void> {
  const { decision, acknowledgedAt } = run.operation;
  const isRefused = decision === "reject" && acknowledgedAt !== null;
  return settle(
    ctx,
    run,
    isRefused ? { outcome: "rejected", isProved: true } : { outcome: "succeeded", isProved: false },
  );
}
