/** Asks Microsoft to change the seats of a subscription. */
import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { changeQuantityInput } from "../../../shared/inputs.ts";
import type { Context } from "../../context.ts";
import { plans } from "../../database/schema/plans.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { whyNotQuantity } from "../../domain/change-limits.ts";
import { AppError } from "../../errors.ts";
import { requestChange } from "./request-change.ts";

/** @throws AppError `Invalid` with the field `quantity`, `NotAllowedNow`, `Forbidden`, `NotFound` */
export async function changeQuantity(
  ctx: Context,
  input: z.infer<typeof changeQuantityInput>,
): Promise<{ operationId: string }> {
  const [limits] = await ctx.db
    .select({ planId: plans.planId, minQuantity: plans.minQuantity, maxQuantity: plans.maxQuantity })
    .from(subscriptions)
    .innerJoin(plans, and(eq(plans.offerId, subscriptions.offerId), eq(plans.planId, subscriptions.planId)))
    .where(eq(subscriptions.id, input.subscriptionId));
  return requestChange(ctx, {
    ...input,
    action: "changeQuantity",
    check: (subscription) => {
      const ofItsPlan = limits?.planId === subscription.planId ? limits : undefined;
      const message = whyNotQuantity(input.quantity, subscription, ofItsPlan);
      if (message !== null) throw new AppError("Invalid", message, { fields: { quantity: [message] } });
    },
  });
}
