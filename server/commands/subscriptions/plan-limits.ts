/** The current limits of a subscription's plan, so that no change is refused by old ones. */
import { and, eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { plans } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { availablePlans } from "./available-plans.ts";

/** Limits read this recently count as current: a dialog asks before it submits. */
const freshMs = 60_000;
/** Short, because a person waits for the response. */
const deadlineMs = 3_000;

export type PlanLimits = {
  planId: string;
  isPricePerSeat: boolean;
  minQuantity: number | null;
  maxQuantity: number | null;
};

/**
 * Undefined if Microsoft cannot be asked now; it then decides when it gets the change. Not in a transaction,
 * because it calls Microsoft.
 */
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
