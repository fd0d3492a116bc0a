/**
 * Works through a bulk run row by row, with the same commands as for a single subscription. Can be killed and
 * resumed at any time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, exists, isNull, sql } from "drizzle-orm";
import type { BulkAction } from "../../../shared/bulk.ts";
import type { Role } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import type { Database } from "../../database/connection/database.ts";
import { staffConfirmedAt } from "../../database/queries/staff.ts";
import { announce, record } from "../../database/record/record.ts";
import { bulkRows, bulkRuns } from "../../database/schema/bulk-runs.ts";
import { staff as staffTable } from "../../database/schema/staff.ts";
import { bulkTitle, bulkBlockedReason, outdatedReason } from "../../domain/bulk.ts";
import { isConfirmedFor } from "../../domain/staff-confirmation.ts";
import { AppError, upstreamCauseOf } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";
import { runBulkAction, prepareBulkAction } from "./do-bulk-action.ts";
import type { Staff } from "./plan-bulk.ts";
import type { BulkRun } from "./steer-bulk.ts";

/** Rows in progress at the same time, and rows that are read together. */
const concurrency = 4;
const chunkSize = 20;
/** A row for which Microsoft has asked for this many pauses has failed; staff can retry it. */
const maxPauses = 6;
/** The wait for rows that another instance has in progress. */
const waitMs = 250;

type JobContext = Omit<Context, "actor">;

/** @returns whether nothing is left to do; otherwise when to continue (null: immediately) */
export async function workBulk(
  ctx: JobContext,
  runId: string,
  signal: AbortSignal | undefined,
): Promise<{ isDone: boolean; runAt: Date | null }> {
  for (;;) {
    const run = await findRunning(ctx.db, runId);
    if (!run) return { isDone: true, runAt: null };
    const actor = await actorOf(ctx, run);
    if (!actor) return { isDone: true, runAt: null };
    const waiting = await ctx.db
      .select({ id: bulkRows.subscriptionId, pauses: bulkRows.pauses })
      .from(bulkRows)
      .where(and(eq(bulkRows.runId, runId), eq(bulkRows.state, "ready")))
      // A row that Microsoft defers repeatedly comes last, so that it does not hold up the others.
      .orderBy(bulkRows.pauses, bulkRows.subscriptionId)
      .limit(chunkSize);
    if (waiting.length === 0) {
      await finish(ctx, run, actor);
      return { isDone: true, runAt: null };
    }
    const { done, retryAfterMs } = await workChunk({ ...ctx, actor }, run, waiting, signal);
    await announce(ctx.db, [{ topic: "bulk", subscriptionId: null }]);
    if (retryAfterMs !== null) return { isDone: false, runAt: new Date(ctx.now().getTime() + retryAfterMs) };
    if (signal?.aborted) return { isDone: false, runAt: null };
    if (done === 0) await sleep(waitMs);
  }
}

async function findRunning(db: Database, id: string): Promise<BulkRun | undefined> {
  const [run] = await db
    .select()
    .from(bulkRuns)
    .where(and(eq(bulkRuns.id, id), eq(bulkRuns.state, "running")));
  return run;
}

const isPerson = (id: string) => eq(sql`${staffTable.tenantId} || ':' || ${staffTable.objectId}`, id);

/** The person who runs it, with their current role; null if they may no longer act, which stops the run. */
async function actorOf(ctx: JobContext, run: BulkRun): Promise<Staff | null> {
  const [person] = await ctx.db
    .select({
      role: staffTable.role,
      disabledAt: staffTable.disabledAt,
      accessLostAt: staffTable.accessLostAt,
      confirmedAt: staffConfirmedAt,
    })
    .from(staffTable)
    .where(isPerson(run.ownerId));
  const stopReason =
    person === undefined ? `${run.ownerName} is no longer a member of staff.` : stopReasonOf(run, person, ctx.now());
  if (person !== undefined && stopReason === null)
    return { kind: "staff", id: run.ownerId, name: run.ownerName, role: person.role, bulkRunId: run.id };
  await ctx.db.transaction(async (tx) => {
    const stopped = await tx
      .update(bulkRuns)
      .set({ state: "stopped", stopReason })
      .where(and(eq(bulkRuns.id, run.id), eq(bulkRuns.state, "running")))
      .returning({ id: bulkRuns.id });
    if (stopped.length === 0) return;
    const summary = `${bulkTitle(run.action)}: stopped. ${stopReason}`;
    await record(tx, { kind: "system", name: "Marketdesk" }, ctx.now(), [
      { kind: "bulk.stopped", summary, bulkRunId: run.id },
    ]);
    await announce(tx, [{ topic: "bulk", subscriptionId: null }]);
  });
  return null;
}

type Person = { role: Role; disabledAt: Date | null; accessLostAt: Date | null; confirmedAt: Date };

/** Why the person may no longer act; null if they may. */
function stopReasonOf({ ownerName, action }: BulkRun, person: Person, now: Date): string | null {
  if (person.disabledAt !== null) return `${ownerName} has been blocked.`;
  if (person.accessLostAt !== null) return `${ownerName} lost access in Microsoft Entra.`;
  if (!isConfirmedFor("bulkRun", person.confirmedAt, now)) return `${ownerName} has not signed in for a day.`;
  // Not the sentence for the person: colleagues read this one.
  return bulkBlockedReason(action.kind, person.role) === null
    ? null
    : `${ownerName} has the role ${person.role} now, which does not permit this action.`;
}

type WaitingRow = { id: string; pauses: number };

async function workChunk(
  ctx: Context & { actor: Staff },
  run: BulkRun,
  rows: WaitingRow[],
  signal: AbortSignal | undefined,
): Promise<{ done: number; retryAfterMs: number | null }> {
  const left = [...rows];
  let done = 0;
  let retryAfterMs: number | null = null;
  async function work(): Promise<void> {
    for (let row = left.shift(); row !== undefined && !signal?.aborted; row = left.shift()) {
      if (retryAfterMs !== null) return;
      try {
        if (await workRow(ctx, run, row)) done += 1;
      } catch (error) {
        if (!(error instanceof MarketplaceError) || error.retryAfterMs === null) throw error;
        retryAfterMs = error.retryAfterMs;
        if (isOfThisRow(error)) await countPause(ctx.db, run.id, row.id);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return { done, retryAfterMs };
}

/** False if the call was held back because others have failed. */
function isOfThisRow({ code }: MarketplaceError): boolean {
  return code !== "Throttled" && code !== "Away";
}

async function countPause(db: Database, runId: string, subscriptionId: string): Promise<void> {
  await db
    .update(bulkRows)
    .set({ pauses: sql`${bulkRows.pauses} + 1` })
    .where(and(eq(bulkRows.runId, runId), eq(bulkRows.subscriptionId, subscriptionId), eq(bulkRows.state, "ready")));
}

/**
 * Works one row exactly once: the change and the row's end commit together. Microsoft is read before the
 * transaction, which is safe to repeat.
 * @throws MarketplaceError if Microsoft asks for a pause, but not too often; the row stays open
 */
async function workRow(
  ctx: Context & { actor: Staff },
  run: BulkRun,
  { id: subscriptionId, pauses }: WaitingRow,
): Promise<boolean> {
  const prepared = await prepareBulkAction(ctx, run.action, subscriptionId).then(
    (value) => ({ value, error: null }),
    (error: unknown) => ({ value: null, error }),
  );
  const cause = upstreamCauseOf(prepared.error);
  const isLastTry = cause instanceof MarketplaceError && isOfThisRow(cause) && pauses + 1 >= maxPauses;
  if (cause instanceof MarketplaceError && cause.retryAfterMs !== null && !isLastTry) throw cause;
  return ctx.db.transaction(async (tx) => {
    // Also the other rows that were read together stay as they are once the run is stopped or its owner may no longer act.
    const mayAct = and(
      isPerson(run.ownerId),
      isNull(staffTable.disabledAt),
      isNull(staffTable.accessLostAt),
      eq(staffTable.role, ctx.actor.role),
    );
    const [row] = await tx
      .select({ plan: bulkRows.plan })
      .from(bulkRows)
      .innerJoin(bulkRuns, and(eq(bulkRuns.id, bulkRows.runId), eq(bulkRuns.state, "running")))
      .where(
        and(
          eq(bulkRows.runId, run.id),
          eq(bulkRows.subscriptionId, subscriptionId),
          eq(bulkRows.state, "ready"),
          exists(
            tx
              .select({ one: sql`1` })
              .from(staffTable)
              .where(mayAct),
          ),
        ),
      )
      .for("update", { of: bulkRows, skipLocked: true });
    if (!row) return false;
    let end: { state: "done" | "failed"; result: string; operationId?: string | null };
    try {
      if (prepared.value === null) throw prepared.error;
      const { value } = prepared;
      const outdated = outdatedReason(run.action, row.plan, await lockSubscription(tx, subscriptionId));
      if (outdated !== null) throw new AppError("Conflict", outdated);
      // The command's own transaction becomes a savepoint in this one, so an error undoes only the command.
      const inside = { ...ctx, db: tx as unknown as Database };
      end = { state: "done", ...(await runBulkAction(inside, run.action, subscriptionId, value)) };
    } catch (error) {
      end = { state: "failed", result: inWords(ctx, run.action, error) };
    }
    await tx
      .update(bulkRows)
      .set({ ...end, endedAt: ctx.now() })
      .where(and(eq(bulkRows.runId, run.id), eq(bulkRows.subscriptionId, subscriptionId)));
    return true;
  });
}

function inWords(ctx: Context, action: BulkAction, error: unknown): string {
  if (error instanceof AppError || error instanceof MarketplaceError) return error.message;
  ctx.log.error({ err: error, action: action.kind }, "a row of a bulk run failed");
  return "Marketdesk had an internal error, and nothing was changed. Try again.";
}

async function finish(ctx: JobContext, run: BulkRun, actor: Staff): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const ended = await tx
      .update(bulkRuns)
      .set({ state: "finished", finishedAt: now })
      .where(and(eq(bulkRuns.id, run.id), eq(bulkRuns.state, "running")))
      .returning({ id: bulkRuns.id });
    if (ended.length === 0) return;
    const counted = await tx
      .select({ state: bulkRows.state, count: sql<number>`count(*)::int` })
      .from(bulkRows)
      .where(eq(bulkRows.runId, run.id))
      .groupBy(bulkRows.state);
    const counts = Object.fromEntries(counted.map(({ state, count }) => [state, count]));
    const summary = `${bulkTitle(run.action)}: ${counts["done"] ?? 0} completed, ${counts["failed"] ?? 0} failed, ${counts["refused"] ?? 0} skipped`;
    await record(tx, actor, now, [{ kind: "bulk.finished", summary, after: counts }]);
    await announce(tx, [{ topic: "bulk", subscriptionId: null }]);
  });
}
