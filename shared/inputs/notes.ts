/** Inputs of notes about subscriptions and customers. */
import { z } from "zod";
import { customerId } from "./customers.ts";
import { typed } from "./parts.ts";
import { subscriptionId } from "./subscriptions.ts";

const noteText = typed()
  .trim()
  .min(1, "Write a note.")
  .max(4_000, "Keep a note under 4,000 characters.")
  // Searches compare composed letters.
  .transform((text) => text.normalize("NFC"));

/** Staff ids from `subscriptions.possibleOwners`. */
const mentions = z.array(typed().min(1).max(200)).max(20, "Mention at most 20 colleagues.").optional();

export const noteInput = z.strictObject({ subscriptionId, text: noteText, mentions });
export const editNoteInput = z.strictObject({
  noteId: z.uuid("The ID of the note is missing."),
  /** The version that the person saw. */
  seenVersion: z.uuid("The version of the note is missing."),
  text: noteText,
  mentions,
});
export type EditNoteInput = z.infer<typeof editNoteInput>;
export const readMentionInput = z.strictObject({
  id: z.uuid("The ID of the mention is missing."),
  isRead: z.boolean(),
});
export const customerNoteInput = z.strictObject({ customerId, text: noteText, mentions });
