/**
 * Looks up subscriptions that Microsoft's complete list omits, and raises purchases that wait too long for
 * activation.
 */
import type { Context } from "../../context.ts";
import {
  countLookups,
  readRecorded,
  recordLookup,
  pendingSince,
  unlistedAfter,
  wasRecorded,
} from "../../database/writes/reconcile-record.ts";
import { record } from "../../database/record/record.ts";
import { pickFacts } from "../../domain/subscription.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { type Finding, recordDifferences, recordFailure } from "./record-differences.ts";
import { rethrowUnlessRowFailed, type JobState } from "./compare-page.ts";
import { compareSubscription } from "./compare-subscription.ts";

/** A list that omits thousands is wrong itself, so the rest is looked up in later runs. */
const maxLookupsPerRun = 1_000;
/** A subscription that stays off the list is looked up again after this time. */
const lookUpAgainAfterMs = 60 * 60_000;

/**
 * Looks up each of our subscriptions that Microsoft's list omits. Nothing is deleted: unknown ones are raised to
 * staff.
 * @param isTimeUp checked before each call; true ends this job
 * @returns the id to continue after; null if all were checked
 * @throws MarketplaceError if Microsoft throttles or is unavailable
 */
export async function lookUpUnlisted(
  ctx: Context,
  job: JobState,
  after: string | null,
  isTimeUp: () => boolean,
): Promise<string | null> {
  const lookedUpBefore = new Date(Math.min(ctx.now().getTime() - lookUpAgainAfterMs, job.run.startedAt.getTime()));
  const { ids, through } = await unlistedAfter(ctx.db, job.run, after, lookedUpBefore);
  if (ids.length === 0) return through;
  let left = maxLookupsPerRun - (await countLookups(ctx.db, job.run.startedAt));
  for (const id of ids) {
    if (left <= 0) return null;
    if (isTimeUp()) return after;
    left -= 1;
    await lookUpOne(ctx, job, id);
  }
  return through;
}

async function lookUpOne(ctx: Context, job: JobState, id: string): Promise<void> {
  const { run, shared } = job;
  try {
    await compareSubscription(ctx, { subscriptionId: id, run, shared });
    job.unanswered = 0;
  } catch (error) {
    rethrowUnlessRowFailed(job, error);
    if (error instanceof MarketplaceError && error.isNotFound) return raiseMissing(ctx, job, id);
    await recordFailure(ctx, run.id, { subscriptionId: id, kind: "missing", recorded: null, truth: null }, error);
  }
  await recordLookup(ctx.db, id, ctx.now());
}

async function raiseMissing(ctx: Context, { run }: JobState, id: string): Promise<void> {
  const recorded = (await readRecorded(ctx.db, [id])).get(id);
  if (!recorded) return;
  const at = ctx.now();
  const finding: Finding = {
    subscriptionId: id,
    kind: "missing",
    recorded: pickFacts(recorded, ["status", "offerId", "planId", "quantity"]),
    truth: null,
    cause:
      "It is missing from Microsoft's complete list, and looking it up returns 404: it was removed at Microsoft, or belongs to another publisher account.",
    done: "raised",
  };
  await ctx.db.transaction(async (tx) => {
    await recordLookup(tx, id, at);
    // Raised once, until the subscription was in sync again.
    if (await wasRecorded(tx, { ...finding, since: recorded.lastEqualAt })) return;
    await recordDifferences(tx, at, run.id, [finding]);
    await record(tx, ctx.actor, at, [
      {
        subscriptionId: id,
        kind: "subscription.missing",
        summary: "Microsoft no longer knows this subscription; our copy is unchanged",
        reason: finding.cause,
      },
    ]);
  });
}

const dayMs = 24 * 60 * 60_000;
/** Microsoft cancels purchases that are not activated within 30 days. */
const raiseAfterDays = 25;

/** Raises purchases without activation after 25 days, each once. Returns how many; call again until it returns 0. */
export async function raisePending(ctx: Context, { run }: JobState): Promise<number> {
  const at = ctx.now();
  const pending = await pendingSince(ctx.db, new Date(at.getTime() - raiseAfterDays * dayMs));
  if (pending.length === 0) return 0;
  const found = pending.map(({ id, purchasedAt }) => {
    const days = Math.floor((at.getTime() - purchasedAt.getTime()) / dayMs);
    return {
      id,
      purchasedAt,
      cause: `The plan was bought ${days} days ago and has not been activated.`,
    };
  });
  await ctx.db.transaction(async (tx) => {
    await recordDifferences(
      tx,
      at,
      run.id,
      found.map(({ id, purchasedAt, cause }) => ({
        subscriptionId: id,
        kind: "pending_too_long",
        recorded: { status: "PendingFulfillmentStart", purchasedAt: purchasedAt.toISOString() },
        truth: { status: "PendingFulfillmentStart", purchasedAt: purchasedAt.toISOString() },
        cause,
        done: "raised",
      })),
    );
    await record(
      tx,
      ctx.actor,
      at,
      found.map(({ id, cause }) => ({
        subscriptionId: id,
        kind: "subscription.pending_too_long",
        summary: "The purchase has waited too long for activation and will be canceled soon",
        reason: cause,
      })),
    );
  });
  return pending.length;
}
