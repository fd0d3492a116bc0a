/** Brings one operation, ours or Microsoft's, to its end: asks `nextStep`, does it, and asks again. */
import { eq } from "drizzle-orm";
import type { OperationOutcome } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { activityRows } from "../../database/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { writeSettlement } from "../../database/settlement.ts";
import { attemptsBeforeStuck, delayAfter, nextStep, type Step } from "../../domain/operation.ts";
import { changesBetween } from "../../domain/subscription.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { columnsOfNew, differenceFrom } from "./apply-truth.ts";
import { decideChange } from "./decide-change.ts";
import { noticePlan } from "../subscriptions/learn-plans.ts";
import {
  actorOf,
  beginRun,
  commit,
  end,
  ending,
  heldOf,
  Later,
  move,
  note,
  type Operation,
  Overtaken,
  type Run,
} from "./operation-progress.ts";
import { sendChange } from "./send-change.ts";
import { stepRows, traced } from "./step-trace.ts";

/** What comes after a run: nothing more, or another one so many milliseconds later. */
export type Settling = { isDone: true } | { isDone: false; waitMs: number };

/** Microsoft's record of a subscription can lag behind its operation; after so many looks we take what it says. */
const looksForEffect = 4;
/** Microsoft may know an operation slightly later than its webhook says it; after so many looks it is none of ours. */
const looksForOperation = 4;
/** Somebody else may change our copy while Microsoft is asked; after so many times in a row it is left for a while. */
const looksForFreshness = 5;

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
  let run = beginRun(operation);
  for (;;) {
    const step = nextStep(run.operation, ctx.now());
    if (step.do === "nothing") return { isDone: true };
    try {
      const waiting = await traced(step.do, ctx.now(), () =>
        takeStep(ctx, run, step).catch((error: unknown) => waitFor(ctx, run, error)),
      );
      if (waiting) return waiting;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const current = await readOperationRow(ctx, operation.id);
      // It is in other hands, and they go on with it.
      if (!current || current.claimedBy !== operation.claimedBy) return { isDone: true };
      run = beginRun(current);
    }
  }
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
      return note(ctx, run, "acknowledged", {
        lastError: "The answer would have come after Microsoft's 10 seconds; Microsoft's own outcome is followed.",
      });
    case "send":
      return sendChange(ctx, run);
    case "poll":
      return poll(ctx, run);
    case "settle":
      return settle(ctx, run, step.outcome);
    case "nothing":
      return;
  }
}

async function verify(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  const truth = await readOperation(ctx, operation);
  if (truth === null) {
    if (operation.attempts < looksForOperation) throw new Later("Microsoft does not know this operation yet.");
    return end(ctx, run, "quarantined", "Microsoft does not know this operation; nothing was applied.");
  }
  if (truth.subscriptionId !== operation.subscriptionId || (truth.action !== "" && truth.action !== operation.action)) {
    return end(
      ctx,
      run,
      "quarantined",
      `The webhook named ${operation.action} of ${operation.subscriptionId}; Microsoft's operation is ${truth.action} of ${truth.subscriptionId}. Nothing was applied.`,
    );
  }
  note(ctx, run, "verified", {
    status: truth.status || operation.status,
    planId: truth.planId ?? operation.planId,
    quantity: truth.quantity ?? operation.quantity,
    source: truth.source ?? operation.source,
  });
}

async function takeDecision(ctx: Context, run: Run): Promise<void> {
  note(ctx, run, "decided", await decideChange(ctx, run));
}

async function acknowledge(
  ctx: Context,
  run: Run,
  answer: "Success" | "Failure",
  isBestEffort: boolean,
): Promise<void> {
  // The decision is on disk before Microsoft hears of it.
  await commit(ctx, run);
  const { operation } = run;
  try {
    await ctx.marketplace.acknowledge(operation.subscriptionId, known(operation), answer, {
      correlationId: operation.id,
      deadlineMs: 4_000,
    });
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    if (error.isTransient && !isBestEffort) throw error;
    // No longer pending, or Microsoft does not want this answer: what it holds is read next and followed.
    return move(ctx, run, "acknowledged", { lastError: error.message });
  }
  await move(ctx, run, "acknowledged", { acknowledgedAt: ctx.now() });
}

async function poll(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  if (operation.marketplaceId === null) return settle(ctx, run, "succeeded");
  const truth = await readOperation(ctx, operation);
  if (truth === null) throw new Later("Microsoft does not know this operation at the moment.");
  if (truth.status === operation.status) throw new Later("");
  note(ctx, run, operation.stage, { status: truth.status });
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

/** Reads the subscription and, in one statement, applies it and ends the operation. */
async function settle(ctx: Context, run: Run, outcome: OperationOutcome): Promise<void> {
  for (let looks = 0; looks < looksForFreshness; looks += 1) {
    if (await settleOnce(ctx, run, outcome)) return;
    const current = await readOperationRow(ctx, run.operation.id);
    if (current?.stage !== run.from.stage || current.claimedBy !== run.from.claimedBy) throw new Overtaken();
    run.held = undefined;
  }
  throw new Later("");
}

/** False when our copy or the operation was changed by another meanwhile. */
async function settleOnce(ctx: Context, run: Run, outcome: OperationOutcome): Promise<boolean> {
  const { operation } = run;
  const held = await heldOf(ctx, run);
  const truth = await ctx.marketplace.getSubscription(operation.subscriptionId, { correlationId: operation.id });
  if (operation.action === "Activate" && truth.status === "PendingFulfillmentStart") {
    throw new Later("Microsoft accepted the activation and is still working on it.");
  }
  const now = ctx.now();
  const { facts, changed, columns } = held
    ? differenceFrom(held, truth, now)
    : { ...columnsOfNew(truth, "webhook", now), changed: [] };
  const isUnchanged = held !== null && changed.length === 0;
  if (isUnchanged && outcome === "succeeded" && lacksEffect(operation, truth) && operation.attempts < looksForEffect) {
    throw new Later("");
  }
  const isFailedActivation = operation.action === "Activate" && truth.status === "Unsubscribed";
  const words = isFailedActivation ? "Microsoft ended the purchase instead of activating it." : null;
  const end = ending(operation, isFailedActivation ? "failed" : outcome, words, now);
  const cause = { subscriptionId: truth.id, operationId: operation.id, reason: operation.reason };
  const changes = isUnchanged ? [] : changesBetween(held, facts).map((change) => ({ ...change, ...cause }));
  // Before it, because nothing is lost when only this is written.
  if (held?.planId !== facts.planId) await noticePlan(ctx.db, { ...facts, id: truth.id });
  return writeSettlement(ctx.db, {
    from: run.from,
    subscriptionId: truth.id,
    seenVersion: held?.version ?? null,
    subscription: columns,
    isNews: !isUnchanged,
    patch: { ...run.patch, ...end.columns },
    steps: [...run.steps, ...stepRows(operation.id, { stage: "settled", note: words, endedAt: now })],
    activity: activityRows(actorOf(operation), now, [...changes, end.entry]),
  }).then((isSettled) => {
    if (isSettled) run.operation = { ...operation, ...end.columns };
    return isSettled;
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

/** @throws Overtaken */
async function waitFor(ctx: Context, run: Run, error: unknown): Promise<Settling> {
  if (error instanceof Overtaken) throw error;
  if (error instanceof MarketplaceError && error.isHeldBack) return holdBack(ctx, run, error);
  const { operation } = run;
  const trouble =
    error instanceof Later || error instanceof MarketplaceError ? error : unexpected(ctx, operation, error);
  const attempts = operation.attempts + 1;
  const isStuck = attempts >= attemptsBeforeStuck;
  const waitMs = Math.max(trouble.retryAfterMs ?? 0, delayWithin(ctx, operation, attempts));
  const now = ctx.now();
  const isNews = trouble.message !== "" || run.steps.length > 0;
  run.steps.push(...stepRows(operation.id, { stage: operation.stage, note: trouble.message || null, endedAt: now }));
  Object.assign(run.patch, {
    attempts,
    lastError: trouble.message || operation.lastError,
    stuckAt: isStuck ? now : null,
    claimedBy: null,
  });
  await commit(ctx, run, { isNews, waitMs });
  if (isStuck) ctx.log.error({ operationId: operation.id, err: trouble }, "an operation is stuck");
  return isStuck ? { isDone: true } : { isDone: false, waitMs };
}

/** Microsoft was not asked, so this was no try: it is told once, and a long outage leaves no operation stuck. */
async function holdBack(ctx: Context, run: Run, error: MarketplaceError): Promise<Settling> {
  const isNews = run.operation.lastError !== error.message;
  Object.assign(run.patch, { lastError: error.message, claimedBy: null });
  const waitMs = error.retryAfterMs ?? 0;
  await commit(ctx, run, { isNews, waitMs });
  return { isDone: false, waitMs };
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
