/** Staff replay an operation, preview a replay, or skip the operation. */
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import { eq } from "drizzle-orm";
import { tryAgainMode } from "../../../shared/try-again.ts";
import type { ReplayView } from "../../../shared/views/operations.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { wakeWorkers } from "../../database/writes/operation-claims.ts";
import { announce, record } from "../../database/record/record.ts";
import { operations } from "../../database/schema/operations.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { describeOperation } from "../../domain/operation.ts";
import { changesBetween } from "../../domain/subscription.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { factsOf } from "./facts-of.ts";
import { namedId } from "./fetch-operation.ts";
import { end, LostRace, type Operation, startRun } from "./operation-run.ts";

async function findOperation(
  db: Executor,
  operationId: string,
  options: { isLocked?: boolean } = {},
): Promise<Operation> {
  const query = db.select().from(operations).where(eq(operations.id, operationId));
  const [operation] = await (options.isLocked ? query.for("update") : query);
  if (!operation) throw new AppError("NotFound", "There is no operation with this ID.");
  return operation;
}

/**
 * What a replay would change now, as sentences. Writes nothing.
 * @throws AppError `NotFound`; MarketplaceError
 */
export async function dryRunOperation(ctx: Context, input: { operationId: string }): Promise<ReplayView> {
  const operation = await findOperation(ctx.db, input.operationId);
  const { subscriptionId } = operation;
  const id = namedId(operation);
  const [truth, status, [current]] = await Promise.all([
    ctx.marketplace.getSubscription(subscriptionId),
    id === null ? null : readStatus(ctx, subscriptionId, id),
    ctx.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId)),
  ]);
  const changes = changesBetween(current ?? null, factsOf(truth, current ?? null));
  return { status, changes: changes.map((change) => change.summary) };
}

async function readStatus(ctx: Context, subscriptionId: string, marketplaceId: string): Promise<string | null> {
  try {
    return (await ctx.marketplace.getOperation(subscriptionId, marketplaceId)).status;
  } catch (error) {
    if (error instanceof MarketplaceError && error.isNotFound) return null;
    throw error;
  }
}

/**
 * Settles one of Microsoft's operations again from the start; what is already applied stays. An open one is tried
 * immediately.
 * @throws AppError `NotFound`; `NotAllowedNow` for a settled change of ours, which must not be sent twice
 */
export async function replayOperation(ctx: Context, input: { operationId: string; reason: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    // Locked, because a run may settle it at any time.
    const operation = await findOperation(tx, input.operationId, { isLocked: true });
    const isSettled = operation.stage === "settled";
    const { blockedReason } = tryAgainMode(operation);
    if (blockedReason !== null) throw new AppError("NotAllowedNow", blockedReason);
    const now = ctx.now();
    await tx
      .update(operations)
      .set({
        ...(isSettled && unsettled(operation)),
        attempts: 0,
        stuckAt: null,
        lastError: null,
        updatedAt: now,
        dueAt: now,
      })
      .where(eq(operations.id, operation.id));
    await wakeWorkers(tx);
    await record(tx, ctx.actor, now, [
      entry(operation, "operation.replayed", `${describeOperation(operation)} replayed`, input.reason),
    ]);
    await announce(tx, [{ topic: "operation", subscriptionId: operation.subscriptionId }]);
  });
}

/**
 * Columns of an operation as they were when it arrived, or after our answer: Microsoft has taken it, so a later rule decides
 * nothing.
 */
function unsettled({ acknowledgedAt }: Operation): Partial<Operation> {
  const open = { outcome: null, settledAt: null };
  if (acknowledgedAt !== null) return { ...open, stage: "acknowledged", status: null };
  const undecided = { decision: null, decisionReason: null, decisionRuleId: null, decisionRuleVersion: null };
  return { ...open, ...undecided, stage: "received" };
}

/**
 * Skips an open operation: it is not settled further, and the next reconciliation follows Microsoft.
 * @throws AppError `NotFound`; `NotAllowedNow` if it is settled
 */
export async function skipOperation(ctx: Context, input: { operationId: string; reason: string }): Promise<void> {
  const operation = await findOperation(ctx.db, input.operationId);
  if (operation.stage === "settled") throw new AppError("NotAllowedNow", "This operation has already been completed.");
  try {
    await end(ctx, startRun(operation), "skipped", input.reason, {
      entry: entry(operation, "operation.skipped_by", `${describeOperation(operation)} skipped`, input.reason),
    });
  } catch (error) {
    if (!(error instanceof LostRace)) throw error;
    throw new AppError("NotAllowedNow", "This operation has just changed. Check its current state, then try again.");
  }
}

function entry(operation: Operation, kind: ActivityKind, summary: string, reason: string) {
  return { subscriptionId: operation.subscriptionId, operationId: operation.id, kind, summary, reason };
}
