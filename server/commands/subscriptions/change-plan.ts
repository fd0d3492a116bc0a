/** Moves a subscription to another plan at Microsoft. */
import type { z } from "zod";
import type { changePlanInput } from "../../../shared/inputs/subscriptions.ts";
import type { Context } from "../../context.ts";
import { planProblem } from "../../domain/change-limits.ts";
import { AppError } from "../../errors.ts";
import type { MarketplacePlan } from "../../marketplace/types.ts";
import { availablePlans } from "./available-plans.ts";
import { requestChange, type SubscriptionRecord } from "./request-change.ts";

type Input = z.infer<typeof changePlanInput> & { operationId?: string };

/**
 * Accepts only plans that Microsoft lists for this subscription.
 * @throws AppError `Invalid` with the field `planId`, `NotAllowedNow`, `Forbidden`, `NotFound`; `Upstream` if
 * Microsoft cannot be asked
 */
export async function changePlan(ctx: Context, input: Input): Promise<{ operationId: string }> {
  return requestPlan(ctx, input, await availablePlans(ctx, input.subscriptionId));
}

/** The same after Microsoft has been asked for the plans. */
export function requestPlan(ctx: Context, input: Input, listed: MarketplacePlan[]): Promise<{ operationId: string }> {
  return requestChange(ctx, { ...input, action: "changePlan", check: planCheck(input, listed) });
}

/** Refuses a plan that does not fit the subscription, with an AppError `Invalid`. */
export function planCheck({ planId }: Pick<Input, "planId">, listed: MarketplacePlan[]) {
  const target = listed.find((plan) => plan.planId === planId && !plan.isStopSell);
  return (subscription: SubscriptionRecord): void => {
    const message = planProblem(planId, subscription, target);
    if (message !== null) throw new AppError("Invalid", message, { fields: { planId: [message] } });
  };
}
