import { sql } from "drizzle-orm";
import { index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Colleagues that a note mentions. Without foreign keys, as notes. */
export const noteMentions = pgTable(
  "note_mentions",
  {
    id: uuid().primaryKey(),
    noteId: uuid().notNull(),
    /** The version of the note that mentioned the person first. */
    versionId: uuid().notNull(),
    /** The colleague, as `tenant:object`. */
    staffId: text().notNull(),
    subscriptionId: text(),
    /** The customer, if the note is about one. */
    customerId: text(),
    byName: text().notNull(),
    at: instant().notNull(),
    /** When the colleague has read the note. */
    readAt: instant(),
  },
  (table) => [
    unique("note_mentions_once").on(table.noteId, table.staffId),
    /** What waits to be read. */
    index("note_mentions_unread")
      .on(table.at, table.id)
      .where(sql`${table.readAt} is null`),
  ],
);
