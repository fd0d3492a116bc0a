/** Refreshes stored plans and prices before they are a day old. */
import { setTimeout as sleep } from "node:timers/promises";
import { and, asc, desc, eq, inArray, isNull, lt, ne, not } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { listPlansSeenBefore } from "../../database/queries/plans.ts";
import { isOwnPrice } from "../../database/queries/prices.ts";
import { announce } from "../../database/record/record.ts";
import { moneyChanges } from "../../database/schema/money.ts";
import { subscriptionPrices } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { availablePlans, refreshPrice } from "./available-plans.ts";

const hourMs = 60 * 60_000;
/** Less than a day, to leave time for failed attempts. */
const maxAgeMs = 20 * hourMs;
/**
 * Prices per run, one call each. Runs start every 10 minutes, so 72,000 prices are refreshed in 20 hours at one
 * call per second on average. Beyond that, old prices are marked as such.
 */
const maxPrices = 600;
/** Read first: prices whose subscription has changed its plan or term, so that the stored price no longer applies. */
const maxAwaited = 200;
/** The pause between two calls, to avoid bursts. */
const pauseMs = 100;
/** New purchases are covered by their own landing page visit or webhook. */
const settledAfterMs = 10 * 60_000;

/**
 * Refreshes each plan through one of its subscriptions, then prices: those that money waits for, the oldest, then
 * unknown ones. Stops if Microsoft throttles (429) or does not respond; the next run continues.
 * @returns how many were read
 */
export async function refreshPlans(ctx: Context, signal?: AbortSignal): Promise<number> {
  const before = new Date(ctx.now().getTime() - maxAgeMs);
  const reader = createReader(ctx, signal);
  for (const { id } of await listPlansSeenBefore(ctx.db, before)) await reader.read(id, () => availablePlans(ctx, id));
  const columns = {
    subscriptionId: subscriptions.id,
    offerId: subscriptions.offerId,
    planId: subscriptions.planId,
    termUnit: subscriptions.termUnit,
  };
  const awaited = await ctx.db
    .select(columns)
    .from(subscriptionPrices)
    .innerJoin(subscriptions, eq(subscriptions.id, subscriptionPrices.subscriptionId))
    .where(
      and(
        inArray(
          subscriptionPrices.subscriptionId,
          ctx.db.select({ id: moneyChanges.subscriptionId }).from(moneyChanges).where(eq(moneyChanges.isWaiting, true)),
        ),
        not(isOwnPrice),
      ),
    )
    .limit(maxAwaited);
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
  // Prices that Microsoft always refuses stay the oldest, so half of a run is for the others.
  const half = maxPrices / 2;
  const chosen = [...stale.slice(0, half), ...unpriced.slice(0, half), ...stale.slice(half), ...unpriced.slice(half)];
  const distinct = new Map([...awaited, ...chosen.slice(0, maxPrices)].map((one) => [one.subscriptionId, one]));
  for (const subscription of distinct.values())
    await reader.read(subscription.subscriptionId, () => refreshPrice(ctx, subscription));
  const count = reader.count();
  if (count > 0) await announce(ctx.db, [{ topic: "subscription", subscriptionId: null }]);
  return count;
}

/** A refused call does not stop the others; a pause that Microsoft asks for ends the run. */
function createReader(ctx: Context, signal: AbortSignal | undefined) {
  let count = 0;
  let isStopped = false;
  return {
    count: () => count,
    async read(id: string, call: () => Promise<unknown>): Promise<void> {
      if (isStopped || signal?.aborted) return;
      if (count > 0) await sleep(pauseMs);
      try {
        await call();
        count += 1;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { cause } = error;
        isStopped =
          cause instanceof MarketplaceError &&
          (cause.status === null || cause.isForeign || cause.status === 429 || cause.status >= 500);
        ctx.log.info({ subscriptionId: id, err: error.message }, "could not refresh the plans of a subscription");
      }
    },
  };
}
