/** Who looks after a subscription. */
import { eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "./request-change.ts";

/** Makes who asks the owner, or leaves it without one. @throws AppError `NotFound`, `Forbidden` for other than staff */
export async function assignOwner(
  ctx: Context,
  input: { subscriptionId: string; owner: "me" | null },
): Promise<{ ok: true }> {
  const { actor } = ctx;
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff look after subscriptions.");
  await ctx.db.transaction(async (tx) => {
    const held = await lockSubscription(tx, input.subscriptionId);
    const owner =
      input.owner === "me" ? { ownerId: actor.id, ownerName: actor.name } : { ownerId: null, ownerName: null };
    if (owner.ownerId === held.ownerId) return;
    await tx.update(subscriptions).set(owner).where(eq(subscriptions.id, held.id));
    await record(tx, actor, ctx.now(), [
      {
        subscriptionId: held.id,
        kind: "subscription.owner_changed",
        summary: owner.ownerName === null ? "Nobody looks after it any more" : `${owner.ownerName} looks after it`,
        before: { owner: held.ownerName },
        after: { owner: owner.ownerName },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: held.id }]);
  });
  return { ok: true };
}
