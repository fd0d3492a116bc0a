import { sql } from "drizzle-orm";
import { boolean, check, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { SubscriptionColumn } from "../../../shared/columns.ts";

/** A staff member's columns in the list of subscriptions, in order. No row: the default. */
export const columnChoices = pgTable(
  "column_choices",
  {
    /** `tenant:object`. */
    staffId: text().primaryKey(),
    columns: text().array().$type<SubscriptionColumn[]>().notNull(),
  },
  (table) => [check("column_choices_name", sql`'name' = any(${table.columns})`)],
);

/** How a staff member sees the list of subscriptions in a saved view. */
export const listLayouts = pgTable(
  "list_layouts",
  {
    staffId: text().notNull(),
    /** The id of a saved view; empty: no view, which also decides for views without an own row. */
    view: text().notNull(),
    /** Pixels by column; other columns are as wide as their content. */
    widths: jsonb().$type<Record<string, number>>().notNull(),
    /** Two lines in each row. Counts only without a view. */
    isComfortable: boolean().notNull().default(true),
  },
  (table) => [primaryKey({ columns: [table.staffId, table.view] })],
);
