/** Brings one operation, ours or Microsoft's, to its end: asks `nextStep`, does it, and asks again. */
import { eq } from "drizzle-orm";
import { answerWindowMs } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { operations } from "../../database/schema/operations.ts";
import {
  answerTimeLeftMs,
  attemptsBeforeStuck,
  delayAfter,
  isEnded,
  nextStep,
  type Step,
} from "../../domain/operation.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { fetchOperation, idAtMicrosoft, mismatchOf } from "./fetch-operation.ts";
import { decideChange } from "./decide-change.ts";
import { advance, end, LostRace, RetryLater, save, startRun, type Operation, type Run } from "./operation-run.ts";
import { sendChange } from "./send-change.ts";
import { settle, settleIfVisible } from "./settle-by-record.ts";
import { stepRows, traced } from "./step-trace.ts";

/** What comes after a run: nothing more, or another one so many milliseconds later. */
export type Settling = { isDone: true } | { isDone: false; waitMs: number };

/** Others may move an operation while a run is at it; a run that is overtaken more often gives up, and is repeated later. */
const maxRestarts = 20;
/** A Retry-After beyond this must not silence us. */
const maxRetryAfterMs = 5 * 60_000;

/**
 * Takes as many steps as can be taken now. Safe to run at any time, any number of times, on any instance.
 *
 * Never throws for trouble with Microsoft: it is kept with the operation, and how long to wait is returned. After
 * `attemptsBeforeStuck` tries the operation is marked as stuck for staff.
 */
export async function settleOperation(ctx: Context, operationId: string): Promise<Settling> {
  const operation = await readOperationRow(ctx, operationId);
  return operation ? runOperation(ctx, operation) : { isDone: true };
}

/** The same with the row at hand, as a worker has it that claimed it. However it ends, the claim is given back. */
export async function runOperation(ctx: Context, operation: Operation): Promise<Settling> {
  let run = startRun(operation);
  for (let overtaken = 0; overtaken <= maxRestarts;) {
    const step = nextStep(run.operation, ctx.now());
    if (step.do === "nothing") return { isDone: true };
    try {
      const waiting = await traced(step.do, ctx.now(), () =>
        takeStep(ctx, run, step).catch((error: unknown) => waitFor(ctx, run, error)),
      );
      if (waiting) return waiting;
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
      const current = await readOperationRow(ctx, operation.id);
      // It is in other hands, and they go on with it.
      if (!current || current.claimedBy !== operation.claimedBy) return { isDone: true };
      run = startRun(current);
      overtaken += 1;
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
      return takeDecision(ctx, run);
    case "acknowledge":
      return acknowledge(ctx, run, step.answer, step.isBestEffort);
    case "pass-window":
      return passWindow(ctx, run);
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

/** How long Microsoft still waits for our answer, in milliseconds; 0 or less: no longer. */
function answerTimeLeft(ctx: Context, { answerDueAt, createdAt }: Operation): number {
  return answerTimeLeftMs(answerDueAt ?? new Date(createdAt.getTime() + answerWindowMs), ctx.now());
}

/** While our answer is awaited nothing is decided without Microsoft's word; after that the record alone tells what happened. */
async function verify(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  const leftMs = answerTimeLeft(ctx, operation);
  const found = await fetchOperation(ctx, operation, leftMs > 0 ? leftMs : undefined);
  if (found.said === null) {
    if (leftMs <= 0) return advance(ctx, run, "verified", { status: null });
    throw found.isUnknown ? new RetryLater("Microsoft does not know this operation yet.") : found.error;
  }
  const mismatch = mismatchOf(operation, found.said);
  if (mismatch !== null) return end(ctx, run, "quarantined", mismatch);
  const { status, planId, quantity, source } = found.said;
  advance(ctx, run, "verified", {
    status: status || operation.status,
    planId: planId ?? operation.planId,
    quantity: quantity ?? operation.quantity,
    source: source ?? operation.source,
  });
}

async function takeDecision(ctx: Context, run: Run): Promise<void> {
  advance(ctx, run, "decided", await decideChange(ctx, run));
}

function passWindow(ctx: Context, run: Run): void {
  advance(ctx, run, "acknowledged", {
    lastError: "The answer would have come after Microsoft's 10 seconds; Microsoft's own outcome is followed.",
  });
}

const acknowledgeDeadlineMs = 4_000;

async function acknowledge(
  ctx: Context,
  run: Run,
  answer: "Success" | "Failure",
  isBestEffort: boolean,
): Promise<void> {
  // The decision is on disk before Microsoft hears of it.
  await save(ctx, run);
  const { operation } = run;
  // The commit may have taken a while: the call and its repeats get what is left of the window, and no answer follows it.
  const leftMs = answerTimeLeft(ctx, operation);
  if (leftMs <= 0) return isBestEffort ? advance(ctx, run, "acknowledged", {}) : passWindow(ctx, run);
  try {
    await ctx.marketplace.acknowledge(operation.subscriptionId, idAtMicrosoft(operation), answer, {
      correlationId: operation.id,
      deadlineMs: Math.min(acknowledgeDeadlineMs, leftMs),
    });
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    if (isBestEffort) return advance(ctx, run, "acknowledged", {});
    if (error.isTransient) throw error;
    // No longer pending, or Microsoft does not want this answer: what it holds is read next and followed.
    advance(ctx, run, "acknowledged", { lastError: error.message });
    return save(ctx, run);
  }
  advance(ctx, run, "acknowledged", { acknowledgedAt: ctx.now() });
  await save(ctx, run);
}

async function poll(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  if (operation.marketplaceId === null) return settle(ctx, run, { outcome: "succeeded", isProved: false });
  const { said, error } = await fetchOperation(ctx, operation);
  if (said === null) {
    if (operation.stage !== "accepted") return followRecord(ctx, run);
    if (await settleIfVisible(ctx, run)) return;
    throw new RetryLater(error.message);
  }
  if (said.status !== operation.status) advance(ctx, run, operation.stage, { status: said.status });
  if (isEnded(said.status)) return;
  // Microsoft's record may be ahead of its operation.
  if (operation.attempts > 0 && (await settleIfVisible(ctx, run))) return;
  throw new RetryLater("", said.retryAfterMs);
}

/** A customer's change of which Microsoft's operation cannot be read: a refusal that arrived holds, else the record decides. */
function followRecord(ctx: Context, run: Run): Promise<void> {
  const { decision, acknowledgedAt } = run.operation;
  const isRefused = decision === "reject" && acknowledgedAt !== null;
  return settle(
    ctx,
    run,
    isRefused ? { outcome: "rejected", isProved: true } : { outcome: "succeeded", isProved: false },
  );
}

/** @throws LostRace */
async function waitFor(ctx: Context, run: Run, error: unknown): Promise<Settling> {
  if (error instanceof LostRace) throw error;
  if (error instanceof MarketplaceError && error.isDeferred) return deferRun(ctx, run, error);
  const { operation } = run;
  const failure =
    error instanceof RetryLater || error instanceof MarketplaceError ? error : unexpected(ctx, operation, error);
  const attempts = operation.attempts + 1;
  const isStuck = attempts >= attemptsBeforeStuck;
  const delay = failure instanceof RetryLater && failure.pauseMs !== null ? failure.pauseMs : delayAfter(attempts - 1);
  const waitMs = withinWindow(ctx, operation, Math.max(retryAfterOf(failure), delay));
  const now = ctx.now();
  const isNews = failure.message !== "" || run.steps.length > 0;
  run.steps.push(...stepRows(operation.id, { stage: operation.stage, note: failure.message || null, endedAt: now }));
  Object.assign(run.patch, {
    attempts,
    lastError: failure.message || operation.lastError,
    stuckAt: isStuck ? now : null,
    claimedBy: null,
  });
  await save(ctx, run, { isNews, waitMs });
  if (isStuck) ctx.log.error({ operationId: operation.id, err: failure }, "an operation is stuck");
  return isStuck ? { isDone: true } : { isDone: false, waitMs };
}

/** Microsoft was not asked, so this was no try: it is told once, and a long outage leaves no operation stuck. */
async function deferRun(ctx: Context, run: Run, error: MarketplaceError): Promise<Settling> {
  const isNews = run.operation.lastError !== error.message;
  Object.assign(run.patch, { lastError: error.message, claimedBy: null });
  const waitMs = withinWindow(ctx, run.operation, retryAfterOf(error));
  await save(ctx, run, { isNews, waitMs });
  return { isDone: false, waitMs };
}

/** A fault of ours: told to staff in words, and to the log in full. */
function unexpected(ctx: Context, operation: Operation, error: unknown): RetryLater {
  ctx.log.error({ operationId: operation.id, err: error }, "settling failed on our side; it is tried again");
  return new RetryLater("Something went wrong on our side; it is tried again.");
}

function retryAfterOf({ retryAfterMs }: { retryAfterMs: number | null }): number {
  return Math.min(retryAfterMs ?? 0, maxRetryAfterMs);
}

/** While our answer is awaited the next try is soon, and what Microsoft asks for does not outlast the window. */
function withinWindow(ctx: Context, operation: Operation, waitMs: number): number {
  const { answerDueAt, stage } = operation;
  if (answerDueAt === null || !["received", "verified", "decided"].includes(stage)) return waitMs;
  const leftMs = answerTimeLeftMs(answerDueAt, ctx.now());
  if (leftMs > 0) return Math.min(waitMs, Math.max(leftMs, 1));
  return stage === "decided" ? Math.min(waitMs, 1_000) : waitMs;
}
