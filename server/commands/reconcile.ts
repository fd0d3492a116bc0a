/** Compares every subscription with Microsoft's list, and repairs what differs through the same way as everything else. */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { v7 as newId } from "uuid";
import { actorColumns, type Context } from "../context.ts";
import { announce, record } from "../database/record.ts";
import { reconcileRuns, subscriptions } from "../database/schema.ts";
import { enqueueReconcile } from "../jobs/enqueue.ts";
import type { MarketplaceSubscription } from "../marketplace/types.ts";
import { differingFacts } from "../domain/subscription.ts";
import { applyTruth, factsOf } from "./apply-truth.ts";
import { availablePlans } from "./available-plans.ts";
import type { SubscriptionRecord } from "./request-change.ts";
import { refreshSubscription } from "./refresh-subscription.ts";
import { AppError } from "../errors.ts";

export type ReconcileRun = typeof reconcileRuns.$inferSelect;

/** Asks for a run and its job; when one is under way that one is meant. */
export async function startReconcile(ctx: Context): Promise<{ runId: string }> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.now();
    const started = await tx
      .insert(reconcileRuns)
      .values({
        id: newId(),
        trigger: ctx.actor.kind === "staff" ? "staff" : "schedule",
        startedByName: ctx.actor.kind === "staff" ? actorColumns(ctx.actor).actorName : null,
        startedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: reconcileRuns.id });
    await enqueueReconcile(tx);
    const [started0] = started;
    if (started0) {
      if (ctx.actor.kind === "staff") {
        await record(tx, ctx.actor, now, [{ kind: "reconcile.started", summary: "Comparison with Microsoft started" }]);
      }
      await announce(tx, [{ topic: "reconcile", subscriptionId: null }]);
      return { runId: started0.id };
    }
    const [open] = await tx
      .select({ id: reconcileRuns.id })
      .from(reconcileRuns)
      .where(isNull(reconcileRuns.finishedAt));
    if (!open) throw new AppError("Conflict", "The comparison that was under way has just ended. Start it again.");
    return { runId: open.id };
  });
}

/**
 * Goes on with the run that is open, page by page, from where it was. A row that fails is counted and does not stop the
 * rest; a page that cannot be had throws, and the job comes back.
 *
 * @throws MarketplaceError
 */
export async function continueReconcile(ctx: Context, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const [run] = await ctx.db.select().from(reconcileRuns).where(isNull(reconcileRuns.finishedAt));
    if (!run || signal?.aborted) return;
    const page = await ctx.marketplace.listSubscriptions(run.continuation);
    const counts = {
      listed: page.subscriptions.length + page.unreadable,
      added: 0,
      repaired: 0,
      failed: page.unreadable,
    };
    const held = await heldOf(ctx, page.subscriptions);
    for (const listed of page.subscriptions) {
      const comparison = await compareOne(ctx, listed, held.get(listed.id) ?? null);
      if (comparison !== "same") counts[comparison] += 1;
    }
    await noteSynced(ctx, page.subscriptions);
    await advance(ctx, run, page.next, counts);
  }
}

async function heldOf(ctx: Context, listed: MarketplaceSubscription[]): Promise<Map<string, SubscriptionRecord>> {
  if (listed.length === 0) return new Map();
  const ids = listed.map((truth) => truth.id);
  const rows = await ctx.db.select().from(subscriptions).where(inArray(subscriptions.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Equal ones need no write each: one statement for the page says that they were looked at. */
async function noteSynced(ctx: Context, listed: MarketplaceSubscription[]): Promise<void> {
  if (listed.length === 0) return;
  const ids = listed.map((truth) => truth.id);
  await ctx.db.update(subscriptions).set({ syncedAt: ctx.now() }).where(inArray(subscriptions.id, ids));
}

type Comparison = "added" | "repaired" | "failed" | "same";

/** A list may be older than our copy by the time it is read, so what seems to differ is asked for alone before it is repaired. */
async function compareOne(
  ctx: Context,
  listed: MarketplaceSubscription,
  held: SubscriptionRecord | null,
): Promise<Comparison> {
  try {
    if (held && differingFacts(held, factsOf(listed, held)).length === 0) return "same";
    const cause = { firstSeenBy: "reconcile" as const, reason: "Found by comparison with Microsoft's list" };
    let applied = held
      ? null
      : await ctx.db.transaction((tx) => applyTruth(ctx, tx, { truth: listed, seenVersion: null, ...cause }));
    applied ??= await refreshSubscription(ctx, { subscriptionId: listed.id, ...cause });
    if (applied.isNew) await learnPlans(ctx, listed);
    return applied.isNew ? "added" : applied.changed.length > 0 ? "repaired" : "same";
  } catch (error) {
    ctx.log.warn({ subscriptionId: listed.id, err: error }, "a subscription could not be compared");
    return "failed";
  }
}

/** Plan names are learnt from the first subscription of each plan that we meet. */
async function learnPlans(ctx: Context, listed: MarketplaceSubscription): Promise<void> {
  const known = await ctx.db.execute(
    sql`select 1 from plans where offer_id = ${listed.offerId} and plan_id = ${listed.planId}`,
  );
  if (known.rows.length > 0 || listed.status === "Unsubscribed") return;
  try {
    await availablePlans(ctx, listed.id);
  } catch (error) {
    ctx.log.info({ subscriptionId: listed.id, err: (error as Error).message }, "plan names are not known yet");
  }
}

async function advance(
  ctx: Context,
  run: ReconcileRun,
  next: string | null,
  counts: Record<"listed" | "added" | "repaired" | "failed", number>,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx
      .update(reconcileRuns)
      .set({
        continuation: next,
        listed: sql`${reconcileRuns.listed} + ${counts.listed}`,
        added: sql`${reconcileRuns.added} + ${counts.added}`,
        repaired: sql`${reconcileRuns.repaired} + ${counts.repaired}`,
        failed: sql`${reconcileRuns.failed} + ${counts.failed}`,
        finishedAt: next === null ? ctx.now() : null,
        error: null,
      })
      .where(and(eq(reconcileRuns.id, run.id), isNull(reconcileRuns.finishedAt)));
    await announce(tx, [{ topic: "reconcile", subscriptionId: null }]);
  });
}

/** Keeps with the open run why it does not get on, for staff to see. */
export async function noteReconcileTrouble(ctx: Context, words: string): Promise<void> {
  await ctx.db.update(reconcileRuns).set({ error: words }).where(isNull(reconcileRuns.finishedAt));
}
