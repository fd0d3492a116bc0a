import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
import type { SubscriptionColumn } from "../../../shared/columns.ts";

/** Which columns a member of staff sees in the list of subscriptions, in which order. No row: the usual ones. */
export const columnChoices = pgTable(
  "column_choices",
  {
    /** `tenant:object`. */
    staffId: text().primaryKey(),
    columns: text().array().$type<SubscriptionColumn[]>().notNull(),
  },
  (table) => [check("column_choices_name", sql`'name' = any(${table.columns})`)],
);
