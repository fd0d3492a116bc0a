/** Notes of staff about subscriptions and customers, once they are written. */
import { editNoteInput, readMentionInput } from "../../shared/inputs/notes.ts";
import { editNote } from "../commands/notes/edit-note.ts";
import { readMention } from "../commands/notes/read-mention.ts";
import { operatorProcedure, router } from "./init.ts";

export const notesRouter = router({
  edit: operatorProcedure.input(editNoteInput).mutation(({ ctx, input }) => editNote(ctx.command, input)),

  /** Says that the caller has read a note that mentions them, or takes that back. */
  read: operatorProcedure.input(readMentionInput).mutation(async ({ ctx, input }) => {
    await readMention(ctx.command, input);
    return { ok: true as const };
  }),
});
