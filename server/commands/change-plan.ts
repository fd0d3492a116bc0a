/** Asks Microsoft to move a subscription to another plan. */
import type { z } from "zod";
import type { changePlanInput } from "../../shared/inputs.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { availablePlans } from "./available-plans.ts";
import { requestChange } from "./request-change.ts";

/**
 * Only plans that Microsoft lists for this subscription are taken.
 *
 * @throws AppError `Invalid` with the field `planId`, `NotAllowedNow`, `Forbidden`, `NotFound`; `Upstream` when Microsoft
 *   cannot be asked
 */
export async function changePlan(
  ctx: Context,
  input: z.infer<typeof changePlanInput>,
): Promise<{ operationId: string }> {
  const listed = await availablePlans(ctx, input.subscriptionId);
  const target = listed.find((plan) => plan.planId === input.planId && !plan.isStopSell);
  return requestChange(ctx, {
    ...input,
    action: "changePlan",
    check: (subscription) => {
      if (input.planId === subscription.planId) refuse("The subscription already has this plan. Choose another one.");
      if (!target) refuse("Microsoft does not offer this plan for this subscription. Choose one of the list.");
      const { minQuantity, maxQuantity } = target as (typeof listed)[number];
      const { quantity } = subscription;
      if (quantity !== null && maxQuantity !== null && quantity > maxQuantity) {
        refuse(
          `This plan takes at most ${maxQuantity} seats; the subscription has ${quantity}. Lower the seats first.`,
        );
      }
      if (quantity !== null && minQuantity !== null && quantity < minQuantity) {
        refuse(
          `This plan takes at least ${minQuantity} seats; the subscription has ${quantity}. Raise the seats first.`,
        );
      }
    },
  });
}

function refuse(message: string): never {
  throw new AppError("Invalid", message, { fields: { planId: [message] } });
}
