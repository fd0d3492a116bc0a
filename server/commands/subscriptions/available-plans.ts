/** The plans that Microsoft offers for a subscription, stored with names and limits, and its own price. */
import { eq, sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { plans, subscriptionPrices } from "../../database/schema/plans.ts";
import { rememberDimensions } from "../../database/writes/usage-dimensions.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { entryOfTerm } from "../../domain/plan-price.ts";
import { isSameId } from "../../domain/same-id.ts";
import { endedReason } from "../../domain/subscription.ts";
import { AppError } from "../../errors.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import type { MarketplacePlan } from "../../marketplace/types.ts";

const deadlineMs = 8_000;

/**
 * Calls Microsoft twice: for all plans, and for the subscription's own, because only that response has a private
 * offer's terms.
 * @throws AppError `NotFound`; `NotAllowedNow` for an ended subscription, which has no list; `Upstream` with Microsoft's message
 */
export async function availablePlans(
  ctx: Context,
  subscriptionId: string,
  options: { deadlineMs?: number } = {},
): Promise<MarketplacePlan[]> {
  const [subscription] = await ctx.db
    .select({
      offerId: subscriptions.offerId,
      planId: subscriptions.planId,
      termUnit: subscriptions.termUnit,
      status: subscriptions.status,
    })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  if (!subscription) throw new AppError("NotFound", "There is no subscription with this ID.");
  // Microsoft answers 403 (documented for List available plans), which would be reported as a refusal of this app.
  if (subscription.status === "Unsubscribed") throw new AppError("NotAllowedNow", endedReason);
  return listPlans(ctx, { subscriptionId, ...subscription }, options);
}

/**
 * The same for a subscription that may not be stored yet.
 * @throws AppError `Upstream` with Microsoft's message
 */
export async function listPlans(
  ctx: Context,
  subscription: Priced & { offerId: string },
  options: { deadlineMs?: number } = {},
): Promise<MarketplacePlan[]> {
  const { subscriptionId, offerId, planId } = subscription;
  const limits = { deadlineMs: options.deadlineMs ?? deadlineMs };
  try {
    const [all, ownOnly] = await Promise.all([
      listInOurSpelling(ctx, subscriptionId, planId, limits),
      listInOurSpelling(ctx, subscriptionId, planId, { ...limits, planId }),
    ]);
    const own = ownOnly.find((plan) => plan.planId === planId);
    // Microsoft sometimes omits the subscription's own plan from the list of all plans.
    const listed = own ? [own, ...all.filter((plan) => plan.planId !== planId)] : all;
    await rememberPlans(ctx, offerId, listed);
    await rememberPrice(ctx, subscription, own);
    return all.length > 0 ? all.map((plan) => (own && plan.planId === planId ? own : plan)) : listed;
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    throw new AppError("Upstream", `Microsoft could not list the plans. ${error.message}`, { cause: error });
  }
}

/**
 * The subscription's own plan and price, in one call.
 * @throws AppError `Upstream`, with the MarketplaceError as its cause
 */
export async function refreshPrice(ctx: Context, subscription: Priced & { offerId: string }): Promise<void> {
  const { subscriptionId, offerId, planId } = subscription;
  try {
    const ownOnly = await listInOurSpelling(ctx, subscriptionId, planId, { deadlineMs, planId });
    const own = ownOnly.find((plan) => plan.planId === planId);
    if (own) await rememberPlans(ctx, offerId, [own]);
    await rememberPrice(ctx, subscription, own);
  } catch (error) {
    if (!(error instanceof MarketplaceError)) throw error;
    throw new AppError("Upstream", `Microsoft could not list the plan. ${error.message}`, { cause: error });
  }
}

/** Microsoft's answers can differ in the case of a plan's id, and the subscription's own plan is looked up by it. */
async function listInOurSpelling(
  { marketplace }: Pick<Context, "marketplace">,
  subscriptionId: string,
  ownPlanId: string,
  options: { deadlineMs: number; planId?: string },
): Promise<MarketplacePlan[]> {
  const listed = await marketplace.listAvailablePlans(subscriptionId, options);
  return listed.map((plan) => (isSameId(plan.planId, ownPlanId) ? { ...plan, planId: ownPlanId } : plan));
}

/** Stores an offer's plans in one statement. */
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
        price: null,
        isPrivate: sql`excluded.is_private`,
        seenAt: sql`excluded.seen_at`,
      },
    });
  await rememberDimensions(ctx.db, offerId, listed, ctx.now());
}

type Priced = { subscriptionId: string; planId: string; termUnit: string | null };

async function rememberPrice(
  ctx: Pick<Context, "db" | "now">,
  { subscriptionId, planId, termUnit }: Priced,
  own: MarketplacePlan | undefined,
): Promise<void> {
  const price = entryOfTerm(own, termUnit);
  const values = {
    planId,
    termUnit,
    price: price?.words ?? null,
    amount: price?.money?.amount ?? null,
    currency: price?.money?.currency ?? null,
    isPerSeat: price?.money?.isPerSeat ?? null,
    sourceOffers: own?.sourceOffers ?? [],
    seenAt: ctx.now(),
  };
  await ctx.db
    .insert(subscriptionPrices)
    .values({ subscriptionId, ...values })
    .onConflictDoUpdate({ target: subscriptionPrices.subscriptionId, set: values });
}
