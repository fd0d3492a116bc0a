/** Keeps what is known of plans and prices younger than a day. */
import { and, asc, desc, eq, isNull, lt, ne } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { listPlansSeenBefore } from "../../database/queries/plans.ts";
import { announce } from "../../database/record.ts";
import { subscriptionPrices } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { availablePlans } from "./available-plans.ts";

const hourMs = 60 * 60_000;
/** Before a day is over, with time left for tries that fail. */
const maxAgeMs = 20 * hourMs;
/** Prices that are renewed, and that are new, in one run; a run starts every 10 minutes. */
const maxPrices = 50;
/** A new purchase is asked about by its own landing visit or webhook. */
const settledAfterMs = 10 * 60_000;

/** Each plan by one of its subscriptions, and prices one by one, those that changed recently first. @returns how many were asked for */
export async function refreshPlans(ctx: Context, signal?: AbortSignal): Promise<number> {
  const before = new Date(ctx.now().getTime() - maxAgeMs);
  const stalePlans = await listPlansSeenBefore(ctx.db, before);
  let asked = await askFor(
    ctx,
    stalePlans.map(({ id }) => id),
    signal,
  );
  const stalePrices = await ctx.db
    .select({ id: subscriptions.id })
    .from(subscriptionPrices)
    .innerJoin(subscriptions, eq(subscriptions.id, subscriptionPrices.subscriptionId))
    .where(and(lt(subscriptionPrices.seenAt, before), ne(subscriptions.status, "Unsubscribed")))
    .orderBy(asc(subscriptionPrices.seenAt))
    .limit(maxPrices);
  const unpriced = await ctx.db
    .select({ id: subscriptions.id })
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
  asked += await askFor(
    ctx,
    [...stalePrices, ...unpriced].map(({ id }) => id),
    signal,
  );
  if (asked > 0) await announce(ctx.db, [{ topic: "subscription", subscriptionId: null }]);
  return asked;
}

/** One that Microsoft refuses keeps none of the others waiting. */
async function askFor(ctx: Context, ids: string[], signal: AbortSignal | undefined): Promise<number> {
  let asked = 0;
  for (const id of ids) {
    if (signal?.aborted) break;
    try {
      await availablePlans(ctx, id);
      asked += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.log.info({ subscriptionId: id, err: error.message }, "the plans of a subscription could not be refreshed");
    }
  }
  return asked;
}
