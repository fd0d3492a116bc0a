import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** What staff put off until a time, with the reason. An item is its kind and what it is about; see `server/needs`. */
export const snoozes = pgTable(
  "snoozes",
  {
    kind: text().notNull(),
    /** Of the subscription, operation or difference. */
    subjectId: text().notNull(),
    /** As it was when it was put off: with another deadline it is another item. */
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
    /** Removing those that are over. */
    index("snoozes_until").on(table.until),
  ],
);
