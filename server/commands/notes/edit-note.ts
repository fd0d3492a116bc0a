/** A later version of a note. All versions are kept, because the record is append-only. */
import { and, asc, eq, sql } from "drizzle-orm";
import type { EditNoteInput } from "../../../shared/inputs/notes.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { activity } from "../../database/schema/activity.ts";
import { subscriptionNotes } from "../../database/schema/subscriptions.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { mentionColleagues } from "./mention-colleagues.ts";

/** The timeline shows all versions of a note. */
const maxEdits = 20;

/**
 * @throws AppError `NotFound`; `Forbidden` for the note of a colleague; `Conflict` if there is a later version;
 * `NotAllowedNow` if it has been edited too often; `Invalid` if a mentioned colleague may not act
 */
export async function editNote(ctx: Context, input: EditNoteInput): Promise<{ id: string }> {
  const { noteId, text, mentions = [] } = input;
  const now = ctx.now();
  const id = newId(now);
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, `note ${noteId}`);
    const note = await findOwnNote(ctx, tx, noteId);
    const edits = await (note.customerId === null ? editsOf(tx, noteId) : editsAbout(tx, note.customerId, noteId));
    if ((edits.at(-1)?.id ?? noteId) !== input.seenVersion) {
      throw new AppError("Conflict", "This note has been edited since you opened it. Close the form to see its text.");
    }
    if (edits.length >= maxEdits) {
      throw new AppError("NotAllowedNow", `A note can be edited ${maxEdits} times. Write a new note.`);
    }
    const { subscriptionId, customerId } = note;
    if (subscriptionId !== null) {
      const { actor } = ctx;
      await tx
        .insert(subscriptionNotes)
        .values({ id, subscriptionId, text, ...actorColumns(actor), at: now, edits: noteId });
    }
    await record(tx, ctx.actor, now, [
      {
        id,
        subscriptionId,
        kind: note.kind,
        summary: "Note edited",
        after: customerId === null ? { edits: noteId } : { customer: customerId, edits: noteId },
        // The text of a note about a customer is the entry's reason.
        reason: customerId === null ? null : text,
      },
    ]);
    await mentionColleagues(ctx, tx, { noteId, versionId: id, subscriptionId, customerId }, mentions);
    await announce(tx, [{ topic: customerId === null ? "subscription" : "customer", subscriptionId }]);
  });
  return { id };
}

const kinds = ["subscription.note_added", "customer.note_added"] as const;

type Note = { kind: (typeof kinds)[number]; subscriptionId: string | null; customerId: string | null };

async function findOwnNote(ctx: Context, tx: Executor, id: string): Promise<Note> {
  const [entry] = await tx.select().from(activity).where(eq(activity.id, id));
  const customer = entry?.after?.["customer"];
  const customerId = typeof customer === "string" ? customer : null;
  const kind = kinds.find((one) => one === entry?.kind);
  if (!entry || !kind || entry.after?.["edits"] !== undefined) {
    throw new AppError("NotFound", "There is no note with this ID.");
  }
  if (entry.actorId === null || entry.actorId !== actorColumns(ctx.actor).actorId) {
    throw new AppError("Forbidden", "Only the person who wrote a note can edit it. Add a note of your own.");
  }
  return { kind, subscriptionId: entry.subscriptionId, customerId };
}

/** The later versions of a note about a subscription, the newest last. */
function editsOf(tx: Executor, noteId: string): Promise<{ id: string }[]> {
  return tx
    .select({ id: subscriptionNotes.id })
    .from(subscriptionNotes)
    .where(eq(subscriptionNotes.edits, noteId))
    .orderBy(asc(subscriptionNotes.id));
}

/** The same of a note about a customer. */
function editsAbout(tx: Executor, customerId: string, noteId: string): Promise<{ id: string }[]> {
  return tx
    .select({ id: activity.id })
    .from(activity)
    .where(
      and(
        eq(sql`${activity.after}->>'customer'`, customerId),
        sql`${activity.kind} like 'customer.%'`,
        eq(sql`${activity.after}->>'edits'`, noteId),
      ),
    )
    .orderBy(asc(activity.id));
}
