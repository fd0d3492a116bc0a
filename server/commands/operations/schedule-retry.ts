/** When an operation whose step could not be finished is tried again. */
import type { Context } from "../../context.ts";
import { attemptsBeforeStuck, delayAfter } from "../../domain/operation.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { answerTimeLeft } from "./acknowledge-change.ts";
import { LostRace, type Operation, RetryLater, type Run, save } from "./operation-run.ts";
import { stepRows } from "./step-trace.ts";

/** The result of a run: done, or due again after `waitMs`. */
export type Settling = { isDone: true } | { isDone: false; waitMs: number };

/** Once the answer window has closed, the next attempt follows Microsoft's own outcome. */
const pauseAfterWindowMs = 1_000;

/**
 * Saves why the run stopped and when the next one is due. After `attemptsBeforeStuck` attempts there is none, and the operation
 * waits for staff.
 *
 * @throws LostRace
 */
export async function scheduleRetry(ctx: Context, run: Run, error: unknown): Promise<Settling> {
  if (error instanceof LostRace) throw error;
  if (error instanceof MarketplaceError && error.isDeferred) return deferRun(ctx, run, error);
  const { operation } = run;
  const failure =
    error instanceof RetryLater || error instanceof MarketplaceError ? error : internalError(ctx, operation, error);
  const attempts = operation.attempts + 1;
  const isStuck = attempts >= attemptsBeforeStuck;
  const delayMs =
    failure instanceof RetryLater && failure.pauseMs !== null ? failure.pauseMs : delayAfter(attempts - 1);
  const waitMs = withinWindow(ctx, operation, Math.max(failure.retryAfterMs ?? 0, delayMs));
  const now = ctx.now();
  const isAnnounced = failure.message !== "" || run.steps.length > 0;
  run.steps.push(...stepRows(operation.id, { stage: operation.stage, note: failure.message || null, endedAt: now }));
  Object.assign(run.patch, {
    attempts,
    lastError: failure.message || operation.lastError,
    stuckAt: isStuck ? now : null,
    claimedBy: null,
  });
  await save(ctx, run, { isAnnounced, waitMs });
  if (isStuck) ctx.log.error({ operationId: operation.id, err: failure }, "operation is stuck");
  return isStuck ? { isDone: true } : { isDone: false, waitMs };
}

/** The call was never sent, so it does not count as an attempt: an outage of Microsoft leaves no operation stuck. */
async function deferRun(ctx: Context, run: Run, error: MarketplaceError): Promise<Settling> {
  const isAnnounced = run.operation.lastError !== error.message;
  Object.assign(run.patch, { lastError: error.message, claimedBy: null });
  const waitMs = withinWindow(ctx, run.operation, error.retryAfterMs ?? 0);
  await save(ctx, run, { isAnnounced, waitMs });
  return { isDone: false, waitMs };
}

/** Staff see a sentence; the error itself is only in the log. */
function internalError(ctx: Context, operation: Operation, error: unknown): RetryLater {
  ctx.log.error({ operationId: operation.id, err: error }, "settling failed with an internal error and is retried");
  return new RetryLater("Marketdesk had an internal error. It retries automatically.");
}

/** While Microsoft waits for our answer, no pause outlasts the answer window. */
function withinWindow(ctx: Context, operation: Operation, waitMs: number): number {
  const { answerDueAt, stage } = operation;
  if (answerDueAt === null || !["received", "verified", "decided"].includes(stage)) return waitMs;
  const leftMs = answerTimeLeft(ctx, operation);
  if (leftMs > 0) return Math.min(waitMs, Math.max(leftMs, 1));
  return stage === "decided" ? Math.min(waitMs, pauseAfterWindowMs) : waitMs;
}
