/** Brings one operation, ours or Microsoft's, to its end: asks `nextStep`, does it, commits, and asks again. */
import { eq, sql } from "drizzle-orm";
import type { OperationOutcome } from "../../shared/lifecycle.ts";
import type { Context } from "../context.ts";
import { announce } from "../database/record.ts";
import { operations } from "../database/schema/operations.ts";
import { attemptsBeforeStuck, delayAfter, nextStep, type Step } from "../domain/operation.ts";
import { MarketplaceError } from "../marketplace/errors.ts";
import type { MarketplaceSubscription } from "../marketplace/types.ts";
import { applyTruth, readVersion } from "./apply-truth.ts";
import { decideChange } from "./decide-change.ts";
import { actorOf, end, finish, Later, move, type Operation } from "./operation-progress.ts";
import { sendChange } from "./send-change.ts";
import { traced, writeStep } from "./step-trace.ts";

/** What the job does after this: nothing more, or come back at a time. */
export type Settling = { isDone: true } | { isDone: false; runAt: Date };

/** Microsoft's record of a subscription can lag behind its operation; after so many looks we take what it says. */
const looksForEffect = 4;
/** Microsoft may know an operation slightly later than its webhook says it; after so many looks it is none of ours. */
const looksForOperation = 4;

/**
 * Takes as many steps as can be taken now. Safe to run at any time, any number of times, on any instance.
 *
 * Never throws for trouble with Microsoft: it is kept with the operation, and the time of the next try returned. After
 * `attemptsBeforeStuck` tries the operation is marked as stuck for staff.
 */
export async function settleOperation(ctx: Context, operationId: string): Promise<Settling> {
  for (;;) {
    const [operation] = await ctx.db.select().from(operations).where(eq(operations.id, operationId));
    if (!operation) return { isDone: true };
    const step = nextStep(operation, ctx.now());
    if (step.do === "nothing") return { isDone: true };
    const waiting = await traced(step.do, ctx.now(), () =>
      takeStep(ctx, operation, step).catch((error: unknown) => waitFor(ctx, operation, error)),
    );
    if (waiting) return waiting;
  }
}

async function takeStep(ctx: Context, operation: Operation, step: Step): Promise<void> {
  switch (step.do) {
    case "verify":
      return verify(ctx, operation);
    case "decide":
      return takeDecision(ctx, operation);
    case "acknowledge":
      return acknowledge(ctx, operation, step.answer, step.isBestEffort);
    case "pass-window":
      return move(ctx, operation, "acknowledged", {
        lastError: "The answer would have come after Microsoft's 10 seconds; Microsoft's own outcome is followed.",
      });
    case "send":
      return sendChange(ctx, operation);
    case "poll":
      return poll(ctx, operation);
    case "settle":
      return settle(ctx, operation, step.outcome);
    case "nothing":
      return;
  }
}

async function verify(ctx: Context, operation: Operation): Promise<void> {
  const truth = await readOperation(ctx, operation);
  if (truth === null) {
    if (operation.attempts < looksForOperation) throw new Later("Microsoft does not know this operation yet.");
    return end(ctx, operation, "quarantined", "Microsoft does not know this operation; nothing was applied.");
  }
  if (truth.subscriptionId !== operation.subscriptionId || (truth.action !== "" && truth.action !== operation.action)) {
    return end(
      ctx,
      operation,
      "quarantined",
      `The webhook named ${operation.action} of ${operation.subscriptionId}; Microsoft's operation is ${truth.action} of ${truth.subscriptionId}. Nothing was applied.`,
    );
  }
  await move(ctx, operation, "verified", {
    status: truth.status || operation.status,
    planId: truth.planId ?? operation.planId,
    quantity: truth.quantity ?? operation.quantity,
    source: truth.source ?? operation.source,
  });
}

async function takeDecision(ctx: Context, operation: Operation): Promise<void> {
  await move(ctx, operation, "decided", await decideChange(ctx, operation));
}

async function acknowledge(
  ctx: Context,
  operation: Operation,
  answer: "Success" | "Failure",
  isBestEffort: boolean,
): Promise<void> {
  try {
    await ctx.marketplace.acknowledge(operation.subscriptionId, known(operation), answer, {
      correlationId: operation.id,
      deadlineMs: 4_000,
    });
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    if (error.isTransient && !isBestEffort) throw error;
    // No longer pending, or Microsoft does not want this answer: what it holds is read next and followed.
    return move(ctx, operation, "acknowledged", { lastError: error.message });
  }
  await move(ctx, operation, "acknowledged", { acknowledgedAt: ctx.now() });
}

async function poll(ctx: Context, operation: Operation): Promise<void> {
  if (operation.marketplaceId === null) return settle(ctx, operation, "succeeded");
  const truth = await readOperation(ctx, operation);
  if (truth === null) throw new Later("Microsoft does not know this operation at the moment.");
  if (truth.status === operation.status) throw new Later("");
  await move(ctx, operation, operation.stage, { status: truth.status });
}

async function readOperation(ctx: Context, operation: Operation) {
  try {
    return await ctx.marketplace.getOperation(operation.subscriptionId, known(operation), {
      correlationId: operation.id,
    });
  } catch (error) {
    if (error instanceof MarketplaceError && error.isNotFound) return null;
    throw error;
  }
}

function known(operation: Operation): string {
  if (operation.marketplaceId === null) throw new Error(`operation ${operation.id} has no id at Microsoft`);
  return operation.marketplaceId;
}

/** Reads the subscription and, in one transaction, applies it and ends the operation. */
async function settle(ctx: Context, operation: Operation, outcome: OperationOutcome): Promise<void> {
  const seenVersion = await readVersion(ctx.db, operation.subscriptionId);
  const truth = await ctx.marketplace.getSubscription(operation.subscriptionId, { correlationId: operation.id });
  if (operation.action === "Activate" && truth.status === "PendingFulfillmentStart") {
    throw new Later("Microsoft accepted the activation and is still working on it.");
  }
  const isFailedActivation = operation.action === "Activate" && truth.status === "Unsubscribed";
  await ctx.db.transaction(async (tx) => {
    const asActor = { now: ctx.now, actor: actorOf(operation) };
    const cause = { operationId: operation.id, reason: operation.reason };
    const applied = await applyTruth(asActor, tx, { truth, seenVersion, firstSeenBy: "webhook", ...cause });
    if (!applied) throw new Later("");
    const isUnchanged = !applied.isNew && applied.changed.length === 0;
    if (
      isUnchanged &&
      outcome === "succeeded" &&
      lacksEffect(operation, truth) &&
      operation.attempts < looksForEffect
    ) {
      throw new Later("");
    }
    await finish(
      ctx,
      tx,
      operation,
      isFailedActivation ? "failed" : outcome,
      isFailedActivation ? "Microsoft ended the purchase instead of activating it." : null,
    );
  });
}

/** Whether Microsoft's record does not show yet what the operation is said to have done. */
function lacksEffect(operation: Operation, truth: MarketplaceSubscription): boolean {
  switch (operation.action) {
    case "ChangePlan":
      return operation.planId !== null && truth.planId !== operation.planId;
    case "ChangeQuantity":
      return operation.quantity !== null && truth.quantity !== operation.quantity;
    case "Unsubscribe":
      return truth.status !== "Unsubscribed";
    case "Suspend":
      return truth.status === "Subscribed";
    case "Reinstate":
      return truth.status === "Suspended";
    default:
      return false;
  }
}

async function waitFor(ctx: Context, operation: Operation, error: unknown): Promise<Settling> {
  if (error instanceof MarketplaceError && error.isHeldBack) return holdBack(ctx, operation, error);
  const trouble =
    error instanceof Later || error instanceof MarketplaceError ? error : unexpected(ctx, operation, error);
  const attempts = operation.attempts + 1;
  const isStuck = attempts >= attemptsBeforeStuck;
  const retryAfterMs = trouble.retryAfterMs ?? 0;
  const runAt = new Date(ctx.now().getTime() + Math.max(retryAfterMs, delayWithin(ctx, operation, attempts)));
  await ctx.db.transaction(async (tx) => {
    await writeStep(tx, operation.id, { stage: operation.stage, note: trouble.message || null, endedAt: ctx.now() });
    await tx
      .update(operations)
      .set({
        attempts: sql`${operations.attempts} + 1`,
        lastError: trouble.message || operation.lastError,
        stuckAt: isStuck ? ctx.now() : null,
      })
      .where(eq(operations.id, operation.id));
    if (trouble.message) await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
  });
  if (isStuck) ctx.log.error({ operationId: operation.id, err: trouble.message }, "an operation is stuck");
  return isStuck ? { isDone: true } : { isDone: false, runAt };
}

/** Microsoft was not asked, so this was no try: it is told once, and a long outage leaves no operation stuck. */
async function holdBack(ctx: Context, operation: Operation, error: MarketplaceError): Promise<Settling> {
  if (operation.lastError !== error.message) {
    await ctx.db.transaction(async (tx) => {
      await tx.update(operations).set({ lastError: error.message }).where(eq(operations.id, operation.id));
      await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
    });
  }
  return { isDone: false, runAt: new Date(ctx.now().getTime() + (error.retryAfterMs ?? 0)) };
}

/** A fault of ours: told to staff in words, and to the log in full. */
function unexpected(ctx: Context, operation: Operation, error: unknown): Later {
  ctx.log.error({ operationId: operation.id, err: error }, "settling failed on our side; it is tried again");
  return new Later("Something went wrong on our side; it is tried again.");
}

/** While Microsoft's window is open, the next try must fall inside it; once it has passed, that is noted without delay. */
function delayWithin(ctx: Context, operation: Operation, attempts: number): number {
  const delay = delayAfter(attempts - 1);
  const left = operation.answerDueAt === null ? 0 : operation.answerDueAt.getTime() - ctx.now().getTime();
  const isWindowOpen = left > 0 && ["received", "verified", "decided"].includes(operation.stage);
  const isJustPassed = operation.stage === "decided" && operation.answerDueAt !== null;
  return isWindowOpen || isJustPassed ? Math.min(delay, 1_000) : delay;
}
