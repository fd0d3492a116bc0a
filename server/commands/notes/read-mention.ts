import { and, eq, isNull } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce } from "../../database/record/record.ts";
import { noteMentions } from "../../database/schema/note-mentions.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";

/**
 * The mentioned colleague marks the note as read or as unread.
 * @throws AppError `NotFound` if the caller is not mentioned
 */
export async function readMention(ctx: Context, { id, isRead }: { id: string; isRead: boolean }): Promise<void> {
  const { actorId } = actorColumns(ctx.actor);
  await ctx.db.transaction(async (tx) => {
    const [mention] = await tx
      .update(noteMentions)
      .set({ readAt: isRead ? ctx.now() : null })
      .where(
        and(
          eq(noteMentions.id, id),
          eq(noteMentions.staffId, actorId ?? ""),
          isRead ? isNull(noteMentions.readAt) : undefined,
        ),
      )
      .returning();
    if (!mention) throw new AppError("NotFound", "This note has been read, or it does not mention you.");
    await announce(tx, [{ topic: "need", subscriptionId: mention.subscriptionId }]);
  });
}
