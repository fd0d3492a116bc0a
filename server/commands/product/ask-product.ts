/** Asks the product to read a subscription again and to confirm it. Nothing else changes. */
import type { Context } from "../../context.ts";
import { productContact } from "../../database/queries/api-keys.ts";
import { announce, record } from "../../database/record/record.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";

/** @throws AppError `NotFound`, and `NotAllowedNow` if there is no product to ask */
export async function askProduct(ctx: Context, input: { subscriptionId: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    if (!(await productContact(tx)).hasKey) {
      throw new AppError(
        "NotAllowedNow",
        "There is no active API key, so no product can be asked. An admin can create a key.",
      );
    }
    await record(tx, ctx.actor, ctx.now(), [
      {
        subscriptionId: row.id,
        kind: "subscription.confirmation_asked",
        summary: "Product asked to resync",
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
}
