/** The limits of a subscription's plan as they are now, so that nothing is refused by old ones. */
import { and, eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { plans } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { availablePlans } from "./available-plans.ts";

/** Facts that were asked for this recently count as those of now: a dialog asks before it sends. */
const freshMs = 60_000;
/** A person waits for the answer. */
const deadlineMs = 3_000;

export type PlanLimits = {
  planId: string;
  isPricePerSeat: boolean;
  minQuantity: number | null;
  maxQuantity: number | null;
};

/** Undefined: Microsoft cannot be asked now, and decides itself once it gets the change. Calls Microsoft: not in a transaction. */
export async function currentLimits(ctx: Context, subscriptionId: string): Promise<PlanLimits | undefined> {
  const known = await readLimits(ctx.db, subscriptionId);
  if (known && ctx.now().getTime() - known.seenAt.getTime() < freshMs) return known;
  try {
    await availablePlans(ctx, subscriptionId, { deadlineMs });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
  return readLimits(ctx.db, subscriptionId);
}

async function readLimits(db: Executor, subscriptionId: string) {
  const [limits] = await db
    .select({
      planId: plans.planId,
      isPricePerSeat: plans.isPricePerSeat,
      minQuantity: plans.minQuantity,
      maxQuantity: plans.maxQuantity,
      seenAt: plans.seenAt,
    })
    .from(subscriptions)
    .innerJoin(plans, and(eq(plans.offerId, subscriptions.offerId), eq(plans.planId, subscriptions.planId)))
    .where(eq(subscriptions.id, subscriptionId));
  return limits;
}
