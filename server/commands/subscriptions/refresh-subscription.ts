/** Asks Microsoft what a subscription is now, and applies it. */
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { type Applied, applyTruth, type FirstSeenBy, readVersion } from "../operations/apply-truth.ts";

/** Somebody else may change our copy while Microsoft answers; after so many times in a row a person has to look. */
const triesForFreshness = 5;

/**
 * @throws MarketplaceError when Microsoft does not answer or does not know the subscription
 * @throws AppError `Conflict` when our copy kept changing meanwhile
 */
export async function refreshSubscription(
  ctx: Context,
  input: { subscriptionId: string; firstSeenBy: FirstSeenBy; operationId?: string; reason?: string },
): Promise<Applied & { truth: MarketplaceSubscription }> {
  for (let tries = 0; tries < triesForFreshness; tries += 1) {
    const seenVersion = await readVersion(ctx.db, input.subscriptionId);
    const truth = await ctx.marketplace.getSubscription(input.subscriptionId, { correlationId: input.operationId });
    const applied = await ctx.db.transaction((tx) => applyTruth(ctx, tx, { ...input, truth, seenVersion }));
    if (applied) return { ...applied, truth };
  }
  throw new AppError("Conflict", "The subscription kept changing while Microsoft was asked. Try again in a moment.");
}
