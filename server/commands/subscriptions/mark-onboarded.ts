/** Staff mark the customer of an automatically activated purchase as onboarded. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { markOnboardedInput } from "../../../shared/inputs/subscriptions.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { onboardings } from "../../database/schema/onboardings.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "./request-change.ts";

/** @throws AppError `NotFound`; `NotAllowedNow` if the purchase does not wait for onboarding */
export async function markOnboarded(ctx: Context, input: z.infer<typeof markOnboardedInput>): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const { id } = await lockSubscription(tx, input.subscriptionId);
    if (!(await endOnboarding(tx, id))) {
      throw new AppError(
        "NotAllowedNow",
        "This customer has already been onboarded. Reload the page to see who did it.",
      );
    }
    await record(tx, ctx.actor, ctx.now(), [
      { subscriptionId: id, kind: "subscription.onboarded", summary: "Customer marked as onboarded" },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: id }]);
  });
}

/**
 * In the caller's transaction.
 * @returns whether the purchase was waiting for onboarding
 */
export async function endOnboarding(tx: Executor, subscriptionId: string): Promise<boolean> {
  const ended = await tx
    .delete(onboardings)
    .where(eq(onboardings.subscriptionId, subscriptionId))
    .returning({ subscriptionId: onboardings.subscriptionId });
  return ended.length > 0;
}
