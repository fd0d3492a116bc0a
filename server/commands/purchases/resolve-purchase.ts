/** Exchanges a purchase token for the purchase, and records it. */
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { availablePlans } from "../subscriptions/available-plans.ts";
import { belongingOf, type Visitor } from "../../domain/purchase-owner.ts";
import { getPurchase, type Purchase } from "./purchase.ts";
import { refuseVisitor } from "./refuse-visitor.ts";
import { refreshSubscription } from "../subscriptions/refresh-subscription.ts";

/**
 * One Resolve, then Get Subscription: Resolve once lost `term` without notice, and a retried answer may be old.
 *
 * @throws MarketplaceError with status 400 for a token that is broken or older than 24 hours
 * @throws NotTheirPurchase when the visitor belongs to neither purchaser nor beneficiary; that is put on record
 */
export async function resolvePurchase(
  ctx: Context,
  input: { visitor: Visitor & { name: string }; purchaseToken: string },
): Promise<Purchase> {
  const resolved = await ctx.marketplace.resolve(input.purchaseToken);
  const { truth, isNew } = await refreshSubscription(ctx, {
    subscriptionId: resolved.subscriptionId,
    firstSeenBy: "landing",
  });
  if (belongingOf(input.visitor, [truth.purchaser, truth.beneficiary]) === null) {
    return refuseVisitor(ctx, input.visitor, truth.id);
  }
  if (isNew) await learnPlanNames(ctx, truth.id);
  const purchase = await getPurchase(ctx.db, truth.id);
  if (!purchase) throw new Error(`subscription ${truth.id} was applied but is not there`);
  return purchase;
}

/** Names and prices are a courtesy: without them the page shows ids. */
async function learnPlanNames(ctx: Context, subscriptionId: string): Promise<void> {
  try {
    await availablePlans(ctx, subscriptionId);
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof MarketplaceError)) throw error;
    ctx.log.info({ subscriptionId, err: error }, "plan names are not known yet");
  }
}
