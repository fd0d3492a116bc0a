import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** How long after a purchase it needs attention; one row, absent if never set. */
export const purchaseGrace = pgTable(
  "purchase_grace",
  {
    isOnlyRow: boolean().primaryKey().default(true),
    minutes: integer().notNull(),
    /** Increases with each change. */
    version: integer().notNull(),
    updatedAt: instant().notNull(),
    updatedByName: text().notNull(),
  },
  (table) => [
    check("purchase_grace_one_row", sql`${table.isOnlyRow}`),
    check("purchase_grace_minutes", sql`${table.minutes} between 0 and 4320`),
  ],
);
