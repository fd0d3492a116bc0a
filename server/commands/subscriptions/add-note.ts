/** Notes that staff write about a subscription. */
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptionNotes } from "../../database/schema/subscriptions.ts";
import { mentionColleagues } from "../notes/mention-colleagues.ts";
import { lockSubscription } from "./request-change.ts";
import { newId } from "../../database/statements/new-id.ts";

/**
 * Stores a note. `editNote` adds later versions.
 * @throws AppError `NotFound`; `Invalid` if a mentioned colleague may not act
 */
export async function addNote(
  ctx: Context,
  input: { subscriptionId: string; text: string; mentions?: string[] | undefined },
): Promise<{ id: string }> {
  const id = newId(ctx.now());
  await ctx.db.transaction(async (tx) => {
    const { id: subscriptionId } = await lockSubscription(tx, input.subscriptionId);
    const at = ctx.now();
    await tx.insert(subscriptionNotes).values({ id, subscriptionId, text: input.text, ...actorColumns(ctx.actor), at });
    await record(tx, ctx.actor, at, [{ id, subscriptionId, kind: "subscription.note_added", summary: "Note" }]);
    const note = { noteId: id, versionId: id, subscriptionId, customerId: null };
    await mentionColleagues(ctx, tx, note, input.mentions ?? []);
    await announce(tx, [{ topic: "subscription", subscriptionId }]);
  });
  return { id };
}
