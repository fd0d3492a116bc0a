/** Verify, decide, acknowledge: the answer that Microsoft expects to a customer's change within its answer window. */
import { answerWindow, answerWindowMs } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import { answerTimeLeftMs, dropFuture } from "../../domain/operation.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { decideChange } from "./decide-change.ts";
import { fetchOperation, mismatchOf, namedId } from "./fetch-operation.ts";
import { advance, end, type Operation, RetryLater, type Run, save } from "./operation-run.ts";

/** Milliseconds for which Microsoft still waits for our answer; 0 or less once the window has closed. */
export function answerTimeLeft(ctx: Context, { answerDueAt, createdAt }: Operation): number {
  return answerTimeLeftMs(answerDueAt ?? new Date(createdAt.getTime() + answerWindowMs), ctx.now());
}

/**
 * Get Operation: the webhook is only a hint, and until the answer window closes nothing is decided without it. Later the
 * subscription alone shows what happened.
 */
export async function verify(ctx: Context, run: Run): Promise<void> {
  const { operation } = run;
  const leftMs = answerTimeLeft(ctx, operation);
  const found = await fetchOperation(ctx, operation, leftMs > 0 ? leftMs : undefined);
  if (found.incoming === null) {
    if (leftMs <= 0) return advance(ctx, run, "verified", { status: null });
    if (namedId(operation) === null)
      throw new RetryLater(
        "Microsoft's webhook does not name the operation, so it cannot be answered. Marketdesk follows the subscription.",
      );
    throw found.isUnknown ? new RetryLater("Microsoft does not know this operation yet.") : found.error;
  }
  const mismatch = mismatchOf(operation, found.incoming);
  if (mismatch !== null) return end(ctx, run, "quarantined", mismatch);
  const { status, planId, quantity, source, at } = found.incoming;
  advance(ctx, run, "verified", {
    status: status || operation.status,
    planId: planId ?? operation.planId,
    quantity: quantity ?? operation.quantity,
    source: source ?? operation.source,
    occurredAt: operation.occurredAt ?? dropFuture(at, ctx.now()),
  });
}

export async function decide(ctx: Context, run: Run): Promise<void> {
  advance(ctx, run, "decided", await decideChange(ctx, run));
}

/** No answer is sent after the window: Microsoft has decided by then. */
export function missDeadline(ctx: Context, run: Run): void {
  advance(ctx, run, "acknowledged", {
    lastError: `Deadline missed: Microsoft's ${answerWindow} have passed. The subscription follows Microsoft.`,
  });
}

async function isOfAnother(ctx: Context, operation: Operation, leftMs: number): Promise<boolean> {
  const { incoming } = await fetchOperation(ctx, operation, leftMs);
  return incoming !== null && mismatchOf(operation, incoming) !== null;
}

/** Leaves time for a retry within the window. */
const acknowledgeDeadlineMs = 4_000;

/** Sends our decision to Microsoft. With `isBestEffort` any failure is accepted: the outcome does not depend on the answer. */
export async function acknowledge(
  ctx: Context,
  run: Run,
  answer: "Success" | "Failure",
  isBestEffort: boolean,
): Promise<void> {
  // A crash must not lose a decision that Microsoft knows.
  await save(ctx, run);
  const { operation } = run;
  // With the id of another operation, only a change that Get Operation has confirmed is answered.
  const id = isBestEffort ? operation.marketplaceId : namedId(operation);
  if (id === null) return advance(ctx, run, "acknowledged", {});
  // Saving may have taken a while: the call and its retries get the rest of the window.
  const leftMs = answerTimeLeft(ctx, operation);
  if (leftMs <= 0) return isBestEffort ? advance(ctx, run, "acknowledged", {}) : missDeadline(ctx, run);
  try {
    // A notice has not been verified: under its id, a change could be accepted that no rule has decided.
    if (isBestEffort && (await isOfAnother(ctx, operation, leftMs))) return advance(ctx, run, "acknowledged", {});
    await ctx.marketplace.acknowledge(operation.subscriptionId, id, answer, {
      correlationId: operation.id,
      deadlineMs: Math.min(acknowledgeDeadlineMs, leftMs),
      isInAnswerWindow: true,
    });
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    if (isBestEffort) return advance(ctx, run, "acknowledged", {});
    if (!error.isRefusal) throw error;
    // The operation is no longer pending, or Microsoft rejects this answer: its own outcome is read next.
    advance(ctx, run, "acknowledged", { lastError: error.message });
    return save(ctx, run);
  }
  advance(ctx, run, "acknowledged", { acknowledgedAt: ctx.now() });
  await save(ctx, run);
}
