/** What Microsoft's complete list did not name, and what waits too long for its activation. */
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
import { refuseWhenNotTheRow, type Sitting } from "./compare-page.ts";
import { compareSubscription } from "./compare-subscription.ts";

/** A list that leaves out thousands is wrong itself: the others are asked for in the runs after this one. */
const maxLookupsPerRun = 1_000;
/** One that stays out of the list is asked for again after this. */
const lookUpAgainAfterMs = 60 * 60_000;

/**
 * Looks at the next of ours; each that Microsoft's list did not name is asked for alone. Nothing is deleted: what Microsoft
 * does not know is raised to staff.
 *
 * @param isOver asked before each call; true: enough for this job
 * @returns the id to go on after; null when all were looked at
 * @throws MarketplaceError when Microsoft throttles or is away
 */
export async function lookUpUnlisted(
  ctx: Context,
  sitting: Sitting,
  after: string | null,
  isOver: () => boolean,
): Promise<string | null> {
  const lookedUpBefore = new Date(Math.min(ctx.now().getTime() - lookUpAgainAfterMs, sitting.run.startedAt.getTime()));
  const { ids, through } = await unlistedAfter(ctx.db, sitting.run, after, lookedUpBefore);
  if (ids.length === 0) return through;
  let left = maxLookupsPerRun - (await countLookups(ctx.db, sitting.run.startedAt));
  for (const id of ids) {
    if (left <= 0) return null;
    if (isOver()) return after;
    left -= 1;
    await lookUpOne(ctx, sitting, id);
  }
  return through;
}

async function lookUpOne(ctx: Context, sitting: Sitting, id: string): Promise<void> {
  const { run, shared } = sitting;
  try {
    await compareSubscription(ctx, { subscriptionId: id, run, shared });
    sitting.unanswered = 0;
  } catch (error) {
    refuseWhenNotTheRow(sitting, error);
    if (error instanceof MarketplaceError && error.isNotFound) return raiseMissing(ctx, sitting, id);
    await recordFailure(ctx, run.id, { subscriptionId: id, kind: "missing", recorded: null, truth: null }, error);
  }
  await recordLookup(ctx.db, id, ctx.now());
}

async function raiseMissing(ctx: Context, { run }: Sitting, id: string): Promise<void> {
  const recorded = (await readRecorded(ctx.db, [id])).get(id);
  if (!recorded) return;
  const at = ctx.now();
  const finding: Finding = {
    subscriptionId: id,
    kind: "missing",
    recorded: pickFacts(recorded, ["status", "offerId", "planId", "quantity"]),
    truth: null,
    cause:
      "Microsoft's complete list does not name it, and asked for alone it is not found: it was removed at Microsoft, or belongs to another publisher account.",
    done: "raised",
  };
  await ctx.db.transaction(async (tx) => {
    await recordLookup(tx, id, at);
    // Told once, until it was equal again.
    if (await wasRecorded(tx, { ...finding, since: recorded.lastEqualAt })) return;
    await recordDifferences(tx, at, run.id, [finding]);
    await record(tx, ctx.actor, at, [
      {
        subscriptionId: id,
        kind: "subscription.missing",
        summary: "Microsoft no longer knows this subscription; it stays as it was last seen",
        reason: finding.cause,
      },
    ]);
  });
}

const dayMs = 24 * 60 * 60_000;
/** Microsoft lets a purchase that nobody activates lapse after 30 days. */
const raiseAfterDays = 25;

/** Raises purchases that nobody has activated for 25 days, each once. Returns how many; ask again until it is none. */
export async function raisePending(ctx: Context, { run }: Sitting): Promise<number> {
  const at = ctx.now();
  const pending = await pendingSince(ctx.db, new Date(at.getTime() - raiseAfterDays * dayMs));
  if (pending.length === 0) return 0;
  const found = pending.map(({ id, purchasedAt }) => {
    const days = Math.floor((at.getTime() - purchasedAt.getTime()) / dayMs);
    return {
      id,
      purchasedAt,
      cause: `It was bought ${days} days ago, and neither the purchaser nor staff activated it.`,
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
        summary: "The purchase waits too long for its activation and is about to lapse",
        reason: cause,
      })),
    );
  });
  return pending.length;
}
