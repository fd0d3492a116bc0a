import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Microsoft refuses to resolve purchase tokens; one row, absent while resolving works. Nothing personal. */
export const purchaseRefusals = pgTable(
  "purchase_refusals",
  {
    isOnlyRow: boolean().primaryKey().default(true),
    since: instant().notNull(),
    lastAt: instant().notNull(),
    /** How many landing page visits were turned away. */
    visits: integer().notNull(),
    /** Null: there was no token to call with. */
    status: integer(),
    code: text(),
    message: text().notNull(),
  },
  (table) => [check("purchase_refusals_one_row", sql`${table.isOnlyRow}`)],
);
