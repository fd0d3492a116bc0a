/** Colleagues that a note mentions: each gets a need, and their own notification rules apply. */
import { and, eq, isNull, notInArray } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { findPossibleOwner } from "../../database/queries/staff.ts";
import { announce } from "../../database/record/record.ts";
import { noteMentions } from "../../database/schema/note-mentions.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";

type NoteVersion = {
  noteId: string;
  versionId: string;
  subscriptionId: string | null;
  customerId: string | null;
};

/**
 * Stores which colleagues are mentioned. Those that an earlier version mentioned are not notified again. Those that are no longer
 * mentioned and have not read the note lose their need.
 * @throws AppError `Invalid` if a colleague may not act
 */
export async function mentionColleagues(
  ctx: Context,
  tx: Executor,
  note: NoteVersion,
  staffIds: readonly string[],
): Promise<void> {
  const at = ctx.now();
  const { actorName: byName } = actorColumns(ctx.actor);
  for (const staffId of new Set(staffIds)) {
    if ((await findPossibleOwner(tx, staffId)) === null) {
      const message = "This note mentions a colleague who no longer has access. Remove the name and try again.";
      throw new AppError("Invalid", message, { fields: { text: [message] } });
    }
    await tx
      .insert(noteMentions)
      .values({ id: newId(at), ...note, staffId, byName, at })
      .onConflictDoNothing({ target: [noteMentions.noteId, noteMentions.staffId] });
  }
  const isOfNote = eq(noteMentions.noteId, note.noteId);
  // The need quotes the text as it is now.
  await tx.update(noteMentions).set({ versionId: note.versionId }).where(isOfNote);
  const dropped = await tx
    .delete(noteMentions)
    .where(and(isOfNote, isNull(noteMentions.readAt), notInArray(noteMentions.staffId, [...staffIds])));
  if (staffIds.length > 0 || (dropped.rowCount ?? 0) > 0)
    await announce(tx, [{ topic: "need", subscriptionId: note.subscriptionId }]);
}
