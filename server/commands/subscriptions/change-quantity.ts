/** Changes the seats of a subscription at Microsoft. */
import type { z } from "zod";
import type { changeQuantityInput } from "../../../shared/inputs/subscriptions.ts";
import type { Context } from "../../context.ts";
import { quantityProblem } from "../../domain/change-limits.ts";
import { AppError } from "../../errors.ts";
import { currentLimits, type PlanLimits } from "./plan-limits.ts";
import { requestChange, type SubscriptionRecord } from "./request-change.ts";

type Input = z.infer<typeof changeQuantityInput> & { operationId?: string };

/** @throws AppError `Invalid` with the field `quantity`, `NotAllowedNow`, `Forbidden`, `NotFound` */
export async function changeQuantity(ctx: Context, input: Input): Promise<{ operationId: string }> {
  return requestQuantity(ctx, input, await currentLimits(ctx, input.subscriptionId));
}

/** The same after Microsoft has been asked for the limits. */
export function requestQuantity(
  ctx: Context,
  input: Input,
  limits: PlanLimits | undefined,
): Promise<{ operationId: string }> {
  return requestChange(ctx, { ...input, action: "changeQuantity", check: quantityCheck(input, limits) });
}

/** Refuses a number of seats that does not fit the subscription, with an AppError `Invalid`. */
export function quantityCheck({ quantity }: Pick<Input, "quantity">, limits: PlanLimits | undefined) {
  return (subscription: SubscriptionRecord): void => {
    const ofItsPlan = limits?.planId === subscription.planId ? limits : undefined;
    const message = quantityProblem(quantity, subscription, ofItsPlan);
    if (message !== null) throw new AppError("Invalid", message, { fields: { quantity: [message] } });
  };
}
