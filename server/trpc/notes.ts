/** Editing notes about subscriptions and customers, and reading mentions in them. */
import { editNoteInput, readMentionInput } from "../../shared/inputs/notes.ts";
import { editNote } from "../commands/notes/edit-note.ts";
import { readMention } from "../commands/notes/read-mention.ts";
import { operatorProcedure, router } from "./init.ts";

export const notesRouter = router({
  edit: operatorProcedure.input(editNoteInput).mutation(({ ctx, input }) => editNote(ctx.command, input)),

  /** Marks a note that mentions the caller as read, or as unread. */
  read: operatorProcedure.input(readMentionInput).mutation(async ({ ctx, input }) => {
    await readMention(ctx.command, input);
    return { ok: true as const };
  }),
});
