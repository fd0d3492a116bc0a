/** The plans that Microsoft offers for a subscription, kept for their names and limits. */
import { eq, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { plans } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplacePlan } from "../../marketplace/types.ts";

/** @throws AppError `NotFound`; `Upstream` with Microsoft's words when it does not answer */
export async function availablePlans(ctx: Context, subscriptionId: string): Promise<MarketplacePlan[]> {
  const [subscription] = await ctx.db
    .select({ offerId: subscriptions.offerId })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  if (!subscription) throw new AppError("NotFound", "There is no subscription with this id.");
  try {
    const listed = await ctx.marketplace.listAvailablePlans(subscriptionId, { deadlineMs: 8_000 });
    await rememberPlans(ctx, subscription.offerId, listed);
    return listed;
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    throw new AppError("Upstream", `Microsoft could not list the plans. ${error.message}`, { cause: error });
  }
}

/** Keeps what Microsoft said of an offer's plans, in one statement. */
export async function rememberPlans(
  ctx: Pick<Context, "db" | "now">,
  offerId: string,
  listed: MarketplacePlan[],
): Promise<void> {
  if (listed.length === 0) return;
  await ctx.db
    .insert(plans)
    .values(
      listed
        .toSorted((a, b) => a.planId.localeCompare(b.planId))
        .map((plan) => ({
          offerId,
          planId: plan.planId,
          name: plan.displayName,
          isPricePerSeat: plan.isPricePerSeat,
          minQuantity: plan.minQuantity,
          maxQuantity: plan.maxQuantity,
          price: plan.price,
          isPrivate: plan.isPrivate,
          seenAt: ctx.now(),
        })),
    )
    .onConflictDoUpdate({
      target: [plans.offerId, plans.planId],
      set: {
        name: sql`excluded.name`,
        isPricePerSeat: sql`excluded.is_price_per_seat`,
        minQuantity: sql`excluded.min_quantity`,
        maxQuantity: sql`excluded.max_quantity`,
        price: sql`excluded.price`,
        isPrivate: sql`excluded.is_private`,
        seenAt: sql`excluded.seen_at`,
      },
    });
}
