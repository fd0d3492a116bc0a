/** Names an offer, because Microsoft's API has no names of offers. */
import { eq } from "drizzle-orm";
import type { NameOfferInput } from "../../../shared/inputs/settings.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { offers } from "../../database/schema/offers.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Sets or removes the name, which all pages then show instead of the id.
 * @throws AppError `Forbidden` unless admin, `Conflict` if someone else changed the name in the meantime,
 * `NotAllowedNow` if nothing changes
 */
export async function nameOffer(ctx: Context, input: NameOfferInput): Promise<void> {
  requireAdmin(ctx.actor, "Only an admin can name offers.");
  const { offerId, seenName } = input;
  const name = input.name || null;
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "offer names");
    const [current] = await tx.select().from(offers).where(eq(offers.offerId, offerId));
    const previous = current?.name ?? null;
    if (previous !== seenName) {
      throw new AppError(
        "Conflict",
        `${current?.namedByName ?? "A colleague"} has changed this name. Close this dialog and try again.`,
      );
    }
    if (name === previous) throw new AppError("NotAllowedNow", "The offer already has this name. Nothing was changed.");
    const now = ctx.now();
    const row = { name: name ?? "", namedAt: now, namedByName: actorColumns(ctx.actor).actorName };
    if (name === null) await tx.delete(offers).where(eq(offers.offerId, offerId));
    else
      await tx
        .insert(offers)
        .values({ offerId, ...row })
        .onConflictDoUpdate({ target: offers.offerId, set: row });
    await record(tx, ctx.actor, now, [
      {
        kind: "offer.named",
        summary: name === null ? `Name of the offer ${offerId} removed` : `Offer ${offerId} named ${name}`,
        before: { offerId, name: previous },
        after: { offerId, name },
      },
    ]);
    await announce(tx, [{ topic: "offer", subscriptionId: null }]);
  });
}
