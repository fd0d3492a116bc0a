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
    const waitingSince = await endOnboarding(tx, id);
    if (waitingSince === null) {
      throw new AppError(
        "NotAllowedNow",
        "This customer has already been onboarded. Reload the page to see who did it.",
      );
    }
    await record(tx, ctx.actor, ctx.now(), [
      {
        subscriptionId: id,
        kind: "subscription.onboarded",
        summary: "Customer marked as onboarded",
        after: { waitingSince: waitingSince.toISOString() },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: id }]);
  });
}

/**
 * In the caller's transaction.
 * @returns since when the purchase was waiting for onboarding; null if it was not
 */
export async function endOnboarding(tx: Executor, subscriptionId: string): Promise<Date | null> {
  const [ended] = await tx
    .delete(onboardings)
    .where(eq(onboardings.subscriptionId, subscriptionId))
    .returning({ since: onboardings.since });
  return ended?.since ?? null;
}
