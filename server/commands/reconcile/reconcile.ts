/** Compares all subscriptions with Microsoft's list and repairs differences. */
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import type { Executor } from "../../database/connection/database.ts";
import { retryAnswered, reviveOperations } from "../../database/writes/operation-claims.ts";
import { listUnknownPlans } from "../../database/queries/plans.ts";
import { recordListed, sharedEvidence } from "../../database/writes/reconcile-record.ts";
import { announce, record } from "../../database/record/record.ts";
import { reconcileRuns } from "../../database/schema/reconcile.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { operationTimeoutMs } from "../../domain/difference.ts";
import { AppError } from "../../errors.ts";
import { enqueueReconcile } from "../../database/writes/enqueue.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { SubscriptionPage } from "../../marketplace/types.ts";
import { requestUnknownPlans } from "../subscriptions/learn-plans.ts";
import { lookUpUnlisted, raisePending } from "./check-missing.ts";
import { comparePage, type JobState } from "./compare-page.ts";
import { newId } from "../../database/statements/new-id.ts";

type Run = typeof reconcileRuns.$inferSelect;

/** Minutes between starts; a longer run is continued. */
export const reconcileEveryMinutes = 10;

/** When the schedule starts the next reconciliation. */
export function nextReconcileAt(now: Date): Date {
  const everyMs = reconcileEveryMinutes * 60_000;
  return new Date((Math.floor(now.getTime() / everyMs) + 1) * everyMs);
}

/** Requests a run and its job; joins the run in progress, if any. */
export async function startReconcile(ctx: Context): Promise<{ runId: string }> {
  for (let tries = 0; tries < 3; tries += 1) {
    const runId = await startOrJoin(ctx);
    if (runId !== null) return { runId };
  }
  throw new AppError("Conflict", "The reconciliation in progress has just ended. Start it again.");
}

/** Null if the run in progress ended at this moment. */
async function startOrJoin(ctx: Context): Promise<string | null> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const started = await tx
      .insert(reconcileRuns)
      .values({
        id: newId(now),
        trigger: ctx.actor.kind === "staff" ? "staff" : "schedule",
        startedByName: ctx.actor.kind === "staff" ? actorColumns(ctx.actor).actorName : null,
        startedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: reconcileRuns.id });
    await enqueueReconcile(tx);
    const [created] = started;
    if (created) {
      if (ctx.actor.kind === "staff") {
        await record(tx, ctx.actor, now, [
          { kind: "reconcile.started", summary: "Reconciliation with Microsoft started" },
        ]);
      }
      await announce(tx, [{ topic: "reconcile", subscriptionId: null }]);
      return created.id;
    }
    const [open] = await tx
      .select({ id: reconcileRuns.id })
      .from(reconcileRuns)
      .where(isNull(reconcileRuns.finishedAt));
    return open?.id ?? null;
  });
}

/** The most time that one job takes, so that shutdown never waits long. */
const maxJobMs = 4_000;

/**
 * Continues the open run for about four seconds. Each step commits its position, so a kill costs one page. A page
 * that cannot be read throws, and the job returns to it.
 * @returns `isDone` if no run is open; otherwise create another job
 * @throws MarketplaceError
 */
export async function continueReconcile(ctx: Context, signal?: AbortSignal): Promise<{ isDone: boolean }> {
  const endsAt = performance.now() + maxJobMs;
  const isTimeUp = () => signal?.aborted === true || performance.now() > endsAt;
  let job: JobState | null = null;
  for (;;) {
    const [run] = await ctx.db.select().from(reconcileRuns).where(isNull(reconcileRuns.finishedAt));
    if (!run) return { isDone: true };
    if (job !== null && isTimeUp()) return { isDone: false };
    if (run.id !== job?.run.id) {
      const shared = await sharedEvidence(ctx.db, run);
      job = { run, shared, unanswered: 0 };
    }
    await takeStep(ctx, job, run, { isTimeUp, signal });
  }
}

type Limits = { isTimeUp: () => boolean; signal: AbortSignal | undefined };

async function takeStep(ctx: Context, job: JobState, run: Run, { isTimeUp, signal }: Limits): Promise<void> {
  switch (run.phase) {
    case "listing": {
      if (run.expected === null) await begin(ctx, run);
      const page = await readPage(ctx, run, signal);
      if (page === null) return;
      const unequal = await comparePage(ctx, job, page);
      return await finishPage(ctx, run, page, unequal);
    }
    case "missing": {
      const through = await lookUpUnlisted(ctx, job, run.checkedThrough, isTimeUp);
      const next = through === null ? { phase: "waiting" as const } : { checkedThrough: through };
      return await advance(ctx.db, run, { ...next, error: null });
    }
    case "waiting": {
      if ((await raisePending(ctx, job)) > 0) return;
      await retryAnswered(ctx.db);
      return await advance(ctx.db, run, { finishedAt: ctx.now(), error: null });
    }
  }
}

/** Counts what the list should contain, and frees operations whose worker has died. */
async function begin(ctx: Context, run: Run): Promise<void> {
  const revived = await reviveOperations(ctx.db, operationTimeoutMs);
  if (revived > 0) ctx.log.warn({ revived }, "open operations were held too long by a worker and are free again");
  await requestUnknownPlans(ctx.db, await listUnknownPlans(ctx.db));
  const expected = await ctx.db.$count(subscriptions);
  await ctx.db
    .update(reconcileRuns)
    .set({ expected, revived: sql`${reconcileRuns.revived} + ${revived}` })
    .where(and(eq(reconcileRuns.id, run.id), isNull(reconcileRuns.expected)));
}

/**
 * The next page. If Microsoft rejects a continuation, it has expired: the list is read again once; if that is
 * rejected too, the run ends.
 * @returns null if the run was restarted or ended
 */
async function readPage(ctx: Context, run: Run, signal: AbortSignal | undefined): Promise<SubscriptionPage | null> {
  try {
    return await ctx.marketplace.listSubscriptions(run.continuation, { signal });
  } catch (error) {
    const isRefused = error instanceof MarketplaceError && [400, 404, 410].includes(error.status ?? 0);
    if (!isRefused || run.continuation === null) throw error;
    ctx.log.warn({ err: error, restarts: run.restarts }, "Microsoft rejected the continuation of its list");
    if (run.restarts === 0) {
      // The pages up to here are read again and contain nothing new; Microsoft's pages have a hundred rows.
      const emptyPages = -Math.ceil(run.listed / minRowsOfPage);
      await advance(ctx.db, run, { continuation: null, listed: 0, emptyPages, restarts: 1, error: null });
    } else {
      const words = `Microsoft rejected the continuation of its list twice. The next reconciliation starts from the beginning. ${error.message}`;
      await advance(ctx.db, run, { finishedAt: ctx.now(), error: words });
    }
    return null;
  }
}

/** Consecutive pages without anything new, after which the list is considered endless. */
const maxEmptyPages = 20;
/** The fewest rows of a page, except the last. */
const minRowsOfPage = 10;
/** Far more than any publisher has. */
const maxListed = 20_000_000;

/** A circular or endless list ends the run with an error: what it omits is not known to be missing. */
async function finishPage(ctx: Context, run: Run, page: SubscriptionPage, unequal: Set<string>): Promise<void> {
  const ids = page.subscriptions.map(({ id }) => id);
  await ctx.db.transaction(async (tx) => {
    const named = await recordListed(tx, run, ids, unequal, ctx.now());
    const emptyPages = named > 0 && run.emptyPages >= 0 ? 0 : run.emptyPages + 1;
    const listed = run.listed + ids.length + page.unreadable;
    const problem = page.next === null ? null : problemOfList(run, page.next, emptyPages, listed);
    if (problem !== null) ctx.log.warn({ listed, emptyPages }, "Microsoft's list does not end");
    await advance(tx, run, {
      listed,
      emptyPages,
      ...(problem === null
        ? { continuation: page.next, phase: page.next === null ? "missing" : "listing", error: null }
        : { finishedAt: ctx.now(), error: `${problem} The next reconciliation starts from the beginning.` }),
    });
  });
}

function problemOfList(run: Run, next: string, emptyPages: number, listed: number): string | null {
  if (next === run.continuation) return "The link to the next page of Microsoft's list leads to the same page again.";
  if (emptyPages >= maxEmptyPages) {
    return `Microsoft's list does not end: its last ${emptyPages} pages contained nothing new.`;
  }
  return listed >= maxListed ? `Microsoft's list does not end: it has returned ${listed} subscriptions.` : null;
}

/** Commits the run's position, unless another worker was faster. */
async function advance(db: Executor, run: Run, to: Partial<Run>): Promise<void> {
  const moved = await db
    .update(reconcileRuns)
    .set(to)
    .where(
      and(
        eq(reconcileRuns.id, run.id),
        isNull(reconcileRuns.finishedAt),
        eq(reconcileRuns.phase, run.phase),
        sql`${reconcileRuns.continuation} is not distinct from ${run.continuation}`,
      ),
    )
    .returning({ id: reconcileRuns.id });
  if (moved.length > 0) await announce(db, [{ topic: "reconcile", subscriptionId: null }]);
}

/** Stores why the open run makes no progress, for staff to see. */
export async function recordReconcileFailure(ctx: Context, words: string): Promise<void> {
  await ctx.db.update(reconcileRuns).set({ error: words }).where(isNull(reconcileRuns.finishedAt));
}
