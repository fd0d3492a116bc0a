import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Needs that staff snoozed, with the reason. A need is identified by kind and subject; see `server/needs`. */
export const snoozes = pgTable(
  "snoozes",
  {
    kind: text().notNull(),
    /** The id of the subscription, operation or difference. */
    subjectId: text().notNull(),
    /** The need's deadline when it was snoozed: with another deadline it is another need. */
    deadline: instant(),
    until: instant().notNull(),
    reason: text().notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.subjectId] }),
    check("snoozes_reason", sql`${table.reason} <> ''`),
    check("snoozes_until_later", sql`${table.until} > ${table.createdAt}`),
    /** For deleting expired ones. */
    index("snoozes_until").on(table.until),
  ],
);
