import { sql } from "drizzle-orm";
import { bigint, check, date, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Refused requests, counted by day and reason. Requests of strangers cannot make the table large. */
export const refusals = pgTable(
  "refusals",
  {
    day: date().notNull(),
    reason: text().notNull(),
    count: bigint({ mode: "number" }).notNull(),
    lastAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.reason] }), check("refusals_count", sql`${table.count} > 0`)],
);
