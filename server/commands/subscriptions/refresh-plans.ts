/** Keeps what is known of plans and prices younger than a day. */
import { setTimeout as sleep } from "node:timers/promises";
import { and, asc, desc, eq, isNull, lt, ne } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { listPlansSeenBefore } from "../../database/queries/plans.ts";
import { announce } from "../../database/record/record.ts";
import { subscriptionPrices } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { availablePlans, renewPrice } from "./available-plans.ts";

const hourMs = 60 * 60_000;
/** Before a day is over, with time left for tries that fail. */
const maxAgeMs = 20 * hourMs;
/**
 * Prices of one run, each one call; a run starts every 10 minutes. 600 renew 72,000 prices in 20 hours, and price 10,000 imported
 * subscriptions within 3 hours, at one call a second on average. Where there are more, old prices are shown as such.
 */
const maxPrices = 600;
/** Between two calls, so that Microsoft sees no burst. */
const pauseMs = 100;
/** A new purchase is asked about by its own landing visit or webhook. */
const settledAfterMs = 10 * 60_000;

/**
 * Each plan by one of its subscriptions, then prices: the oldest, then those never asked for. Stops when Microsoft asks for a pause
 * (429) or does not answer; the next run goes on from there.
 *
 * @returns how many were asked for
 */
export async function refreshPlans(ctx: Context, signal?: AbortSignal): Promise<number> {
  const before = new Date(ctx.now().getTime() - maxAgeMs);
  const asker = createAsker(ctx, signal);
  for (const { id } of await listPlansSeenBefore(ctx.db, before)) await asker.ask(id, () => availablePlans(ctx, id));
  const columns = {
    subscriptionId: subscriptions.id,
    offerId: subscriptions.offerId,
    planId: subscriptions.planId,
    termUnit: subscriptions.termUnit,
  };
  const stale = await ctx.db
    .select(columns)
    .from(subscriptionPrices)
    .innerJoin(subscriptions, eq(subscriptions.id, subscriptionPrices.subscriptionId))
    .where(and(lt(subscriptionPrices.seenAt, before), ne(subscriptions.status, "Unsubscribed")))
    .orderBy(asc(subscriptionPrices.seenAt))
    .limit(maxPrices);
  const unpriced = await ctx.db
    .select(columns)
    .from(subscriptions)
    .leftJoin(subscriptionPrices, eq(subscriptionPrices.subscriptionId, subscriptions.id))
    .where(
      and(
        isNull(subscriptionPrices.subscriptionId),
        ne(subscriptions.status, "Unsubscribed"),
        lt(subscriptions.createdAt, new Date(ctx.now().getTime() - settledAfterMs)),
      ),
    )
    .orderBy(desc(subscriptions.updatedAt))
    .limit(maxPrices);
  // One that Microsoft refuses for good stays the oldest: half of a run is always for others.
  const half = maxPrices / 2;
  const chosen = [...stale.slice(0, half), ...unpriced.slice(0, half), ...stale.slice(half), ...unpriced.slice(half)];
  for (const subscription of chosen.slice(0, maxPrices))
    await asker.ask(subscription.subscriptionId, () => renewPrice(ctx, subscription));
  const asked = asker.asked();
  if (asked > 0) await announce(ctx.db, [{ topic: "subscription", subscriptionId: null }]);
  return asked;
}

/** One that Microsoft refuses keeps none of the others waiting; a pause that it asks for ends the run. */
function createAsker(ctx: Context, signal: AbortSignal | undefined) {
  let asked = 0;
  let isOver = false;
  return {
    asked: () => asked,
    async ask(id: string, call: () => Promise<unknown>): Promise<void> {
      if (isOver || signal?.aborted) return;
      if (asked > 0) await sleep(pauseMs);
      try {
        await call();
        asked += 1;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { cause } = error;
        isOver =
          cause instanceof MarketplaceError && (cause.status === null || cause.status === 429 || cause.status >= 500);
        ctx.log.info({ subscriptionId: id, err: error.message }, "the plans of a subscription could not be refreshed");
      }
    },
  };
}
