/** Exchanges a purchase token for the purchase, and stores it. */
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { availablePlans } from "../subscriptions/available-plans.ts";
import type { ResolvedPurchase } from "../../marketplace/types.ts";
import { recordResolved, recordResolveFailure } from "./purchase-refusals.ts";
import { relationToPurchase, type Visitor } from "../../domain/purchase-owner.ts";
import { getPurchase, type Purchase } from "./purchase.ts";
import { refuseVisitor } from "./refuse-visitor.ts";
import { refreshSubscription } from "../subscriptions/refresh-subscription.ts";

/**
 * Resolve, then Get Subscription, because Resolve once lost `term` without notice, and a retried response may be
 * old.
 * @throws MarketplaceError with status 400 for a token that is invalid or older than 24 hours
 * @throws NotTheirPurchase if the visitor is neither purchaser nor beneficiary; this is recorded
 */
export async function resolvePurchase(
  ctx: Context,
  input: { visitor: Visitor & { name: string }; purchaseToken: string },
): Promise<Purchase> {
  const resolved = await resolve(ctx, input.purchaseToken);
  const { truth, isNew } = await refreshSubscription(ctx, {
    subscriptionId: resolved.subscriptionId,
    firstSeenBy: "landing",
  }).catch((error: unknown) => {
    throw notAboutLink(error);
  });
  if (relationToPurchase(input.visitor, [truth.purchaser, truth.beneficiary]) === null) {
    return refuseVisitor(ctx, input.visitor, truth.id);
  }
  if (isNew) await learnPlanNames(ctx, truth.id);
  const purchase = await getPurchase(ctx.db, truth.id, (ctx.marketplaceNow ?? ctx.now)());
  if (!purchase) throw new Error(`subscription ${truth.id} was applied but is not there`);
  return purchase;
}

/** Microsoft has resolved the link, so a 400 to a later call is not about it: the purchaser does not need another one. */
function notAboutLink(error: unknown): unknown {
  if (!(error instanceof MarketplaceError) || error.status !== 400) return error;
  const { message, status, requestId, correlationId, isNotFound, isLocked, mayHaveHappened, retryAfterMs } = error;
  const ids = { status, requestId, correlationId, isNotFound, isLocked, mayHaveHappened, retryAfterMs };
  const facts = { ...ids, code: "UnreadableAnswer", isTransient: true, body: error.body, reason: error.reason };
  return new MarketplaceError(message, facts, { cause: error });
}

/** Microsoft's Resolve; staff learn when it is refused. */
async function resolve(ctx: Context, purchaseToken: string): Promise<ResolvedPurchase> {
  try {
    const resolved = await ctx.marketplace.resolve(purchaseToken);
    await recordResolved(ctx);
    return resolved;
  } catch (error) {
    // The visitor's response does not depend on this record.
    await recordResolveFailure(ctx, error).catch((reason: unknown) =>
      ctx.log.warn({ err: reason }, "could not record a refused Resolve"),
    );
    throw error;
  }
}

/** Names and prices are optional: without them the page shows ids. */
async function learnPlanNames(ctx: Context, subscriptionId: string): Promise<void> {
  try {
    await availablePlans(ctx, subscriptionId);
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof MarketplaceError)) throw error;
    ctx.log.info({ subscriptionId, err: error }, "could not read plan names");
  }
}
