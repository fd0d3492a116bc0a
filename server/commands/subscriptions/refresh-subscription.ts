/** Reads a subscription from Microsoft and applies it. */
import type { Context } from "../../context.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { type Applied, applyTruth, type FirstSeenBy, readVersion } from "../operations/apply-truth.ts";
import { withFreshTruth } from "../operations/fresh-truth.ts";

/**
 * @throws MarketplaceError if Microsoft does not respond or does not know the subscription
 * @throws AppError `Conflict` if another reader keeps the subscription reserved
 */
export async function refreshSubscription(
  ctx: Context,
  input: { subscriptionId: string; firstSeenBy: FirstSeenBy; operationId?: string; reason?: string },
): Promise<Applied & { truth: MarketplaceSubscription }> {
  return withFreshTruth(ctx, input.subscriptionId, async (readerId) => {
    const seenVersion = await readVersion(ctx.db, input.subscriptionId);
    const truth = await ctx.marketplace.getSubscription(input.subscriptionId, { correlationId: input.operationId });
    const applied = await ctx.db.transaction((tx) => applyTruth(ctx, tx, { ...input, truth, seenVersion, readerId }));
    return applied && { ...applied, truth };
  });
}
