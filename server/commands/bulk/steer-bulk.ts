/** Starts, stops and retries a bulk run after its dry run. A job does the work. */
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import { and, eq, exists, inArray, or } from "drizzle-orm";
import { type BulkAction, type BulkRowState, confirmationFor } from "../../../shared/bulk.ts";
import { isConfirmation } from "../../../shared/typed-confirmation.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { bulkRows, bulkRuns } from "../../database/schema/bulk-runs.ts";
import { operations } from "../../database/schema/operations.ts";
import { bulkTitle, bulkBlockedReason } from "../../domain/bulk.ts";
import { AppError } from "../../errors.ts";
import { enqueueBulk } from "../../database/writes/enqueue.ts";
import { countOf, reasonIn, type Staff, staffOf } from "./plan-bulk.ts";

export type BulkRun = typeof bulkRuns.$inferSelect;
type Done = { ok: true };
type Start = { id: string; confirmation?: string | undefined };

/**
 * Starts a run, or continues a stopped one.
 * @throws AppError `NotFound`, `Forbidden`, `NotAllowedNow`, `Invalid`
 */
export function startBulk(ctx: Context, input: Start): Promise<Done> {
  return withRun(ctx, input.id, async (tx, run, staff) => {
    refuseUnlessOwner(run, staff);
    if (run.state !== "planned" && run.state !== "stopped")
      throw new AppError(
        "NotAllowedNow",
        run.state === "running" ? "This bulk action is already running." : "This bulk action has ended.",
      );
    if (run.rowsDeletedAt !== null)
      throw new AppError(
        "NotAllowedNow",
        "This dry run has expired, and its list was deleted. Select the subscriptions again.",
      );
    const ready = await rowsIn(tx, run.id, "ready");
    if (ready === 0)
      throw new AppError("NotAllowedNow", "The action is not possible for any of these subscriptions now.");
    refuseUnlessConfirmed(run.action, ready, input.confirmation);
    const startedAt = run.startedAt ?? ctx.now();
    await tx.update(bulkRuns).set({ state: "running", startedAt, stopReason: null }).where(eq(bulkRuns.id, run.id));
    await enqueueBulk(tx, run.id);
    const started = run.state === "stopped" ? "resumed" : "started";
    return { kind: "bulk.started", summary: `${bulkTitle(run.action)}: ${started}, ${countOf(ready)}` };
  });
}

/**
 * Leaves the remaining subscriptions unchanged.
 * @throws AppError `NotFound`, `Forbidden`, `NotAllowedNow`
 */
export function stopBulk(ctx: Context, input: { id: string }): Promise<Done> {
  return withRun(ctx, input.id, async (tx, run, staff) => {
    if (run.ownerId !== staff.id && staff.role !== "admin")
      throw new AppError("Forbidden", `Only ${run.ownerName} or an admin can stop this bulk action.`);
    if (run.state !== "running") throw new AppError("NotAllowedNow", "This bulk action is not running.");
    const stopReason = `Stopped by ${staff.name}.`;
    await tx.update(bulkRuns).set({ state: "stopped", stopReason }).where(eq(bulkRuns.id, run.id));
    return { kind: "bulk.stopped", summary: `${bulkTitle(run.action)}: stopped` };
  });
}

/**
 * Retries the subscriptions that failed, here or at Microsoft, and does those that a stopped run left.
 * @throws AppError `NotFound`, `Forbidden`, `NotAllowedNow`, `Invalid`
 */
export function retryBulk(ctx: Context, input: Start): Promise<Done> {
  return withRun(ctx, input.id, async (tx, run, staff) => {
    refuseUnlessOwner(run, staff);
    if (run.state !== "finished" && run.state !== "stopped")
      throw new AppError("NotAllowedNow", "Failed subscriptions can be retried once the bulk action has ended.");
    const failedLater = tx
      .select({ id: operations.id })
      .from(operations)
      .where(and(eq(operations.id, bulkRows.operationId), inArray(operations.outcome, ["failed", "conflict"])));
    const revived = await tx
      .update(bulkRows)
      .set({ state: "ready", result: null, endedAt: null, operationId: null, pauses: 0 })
      .where(
        and(
          eq(bulkRows.runId, run.id),
          or(eq(bulkRows.state, "failed"), and(eq(bulkRows.state, "done"), exists(failedLater))),
        ),
      )
      .returning({ id: bulkRows.subscriptionId });
    if (revived.length === 0) throw new AppError("NotAllowedNow", "No subscription failed.");
    refuseUnlessConfirmed(run.action, await rowsIn(tx, run.id, "ready"), input.confirmation);
    const restarted = { state: "running", stopReason: null, finishedAt: null } as const;
    await tx.update(bulkRuns).set(restarted).where(eq(bulkRuns.id, run.id));
    await enqueueBulk(tx, run.id);
    return { kind: "bulk.retried", summary: `${bulkTitle(run.action)}: retried, ${countOf(revived.length)}` };
  });
}

async function withRun(
  ctx: Context,
  id: string,
  steer: (tx: Executor, run: BulkRun, staff: Staff) => Promise<{ kind: ActivityKind; summary: string }>,
): Promise<Done> {
  const staff = staffOf(ctx);
  await ctx.db.transaction(async (tx) => {
    const [run] = await tx.select().from(bulkRuns).where(eq(bulkRuns.id, id)).for("update");
    if (!run) throw new AppError("NotFound", "There is no bulk action with this ID.");
    const forbiddenReason = bulkBlockedReason(run.action.kind, staff.role);
    if (forbiddenReason !== null) throw new AppError("Forbidden", forbiddenReason);
    const entry = await steer(tx, run, staff);
    await record(tx, { ...staff, bulkRunId: id }, ctx.now(), [{ ...entry, ...reasonIn(run.action) }]);
    await announce(tx, [{ topic: "bulk", subscriptionId: null }]);
  });
  return { ok: true };
}

function refuseUnlessOwner(run: BulkRun, staff: Staff): void {
  if (run.ownerId !== staff.id)
    throw new AppError("Forbidden", `Only ${run.ownerName}, who planned this bulk action, can start it.`);
}

/** @param count the subscriptions that the run would change now */
function refuseUnlessConfirmed(action: BulkAction, count: number, confirmation = ""): void {
  if (action.kind !== "cancel" || isConfirmation(confirmation, confirmationFor(count))) return;
  const message = `Type “${confirmationFor(count)}” to confirm.`;
  throw new AppError("Invalid", message, { fields: { confirmation: [message] } });
}

function rowsIn(tx: Executor, runId: string, state: BulkRowState): Promise<number> {
  return tx.$count(bulkRows, and(eq(bulkRows.runId, runId), eq(bulkRows.state, state)));
}
