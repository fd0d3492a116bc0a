import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
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
