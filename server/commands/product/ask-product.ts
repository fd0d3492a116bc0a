/** Asks the publisher's product to look at a subscription again and to confirm it. Nothing else changes. */
import type { Context } from "../../context.ts";
import { productContact } from "../../database/queries/api-keys.ts";
import { announce, record } from "../../database/record/record.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";

/** @throws AppError `NotFound`, and `NotAllowedNow` when no product could hear it */
export async function askProduct(ctx: Context, input: { subscriptionId: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    if (!(await productContact(tx)).hasKey) {
      throw new AppError(
        "NotAllowedNow",
        "No API key is in force, so no product would hear it. An admin can make one.",
      );
    }
    await record(tx, ctx.actor, ctx.now(), [
      {
        subscriptionId: row.id,
        kind: "subscription.confirmation_asked",
        summary: "The product was asked to look again and to confirm",
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
}
