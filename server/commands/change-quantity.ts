/** Asks Microsoft to change the seats of a subscription. */
import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { changeQuantityInput } from "../../shared/inputs.ts";
import type { Context } from "../context.ts";
import { plans } from "../database/schema/plans.ts";
import { subscriptions } from "../database/schema/subscriptions.ts";
import { AppError } from "../errors.ts";
import { requestChange } from "./request-change.ts";

/** @throws AppError `Invalid` with the field `quantity`, `NotAllowedNow`, `Forbidden`, `NotFound` */
export async function changeQuantity(
  ctx: Context,
  input: z.infer<typeof changeQuantityInput>,
): Promise<{ operationId: string }> {
  const [limits] = await ctx.db
    .select({ planId: plans.planId, min: plans.minQuantity, max: plans.maxQuantity })
    .from(subscriptions)
    .innerJoin(plans, and(eq(plans.offerId, subscriptions.offerId), eq(plans.planId, subscriptions.planId)))
    .where(eq(subscriptions.id, input.subscriptionId));
  return requestChange(ctx, {
    ...input,
    action: "changeQuantity",
    check: (subscription) => {
      if (input.quantity === subscription.quantity) refuse(`The subscription already has ${input.quantity} seats.`);
      if (limits?.planId !== subscription.planId) return;
      if (limits.max !== null && input.quantity > limits.max) {
        refuse(`The plan ${subscription.planId} takes at most ${limits.max} seats. For more, change the plan first.`);
      }
      if (limits.min !== null && input.quantity < limits.min) {
        refuse(`The plan ${subscription.planId} takes at least ${limits.min} seats.`);
      }
    },
  });
}

function refuse(message: string): never {
  throw new AppError("Invalid", message, { fields: { quantity: [message] } });
}
