import { sql } from "drizzle-orm";
import { check, index, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Why staff did something, as a code that can be counted. A code is never renamed or deleted, so that the audit
 * trail keeps its meaning; unused ones are archived.
 */
export const reasonCodes = pgTable(
  "reason_codes",
  {
    /** Derived from the name, such as `customer_request`. */
    id: text().primaryKey(),
    name: text().notNull(),
    /** The actions that it can be given for. */
    actions: text().array().notNull(),
    createdAt: instant().notNull(),
    createdByName: text().notNull(),
    /** When it was archived, and by which staff member. Both or neither. */
    archivedAt: timestamp("retired_at", { withTimezone: true, precision: 3 }),
    archivedByName: text("retired_by_name"),
  },
  (table) => [
    check("reason_codes_id", sql`${table.id} ~ '^[a-z0-9_]{1,60}$'`),
    check("reason_codes_name", sql`${table.name} <> ''`),
    check(
      "reason_codes_actions",
      sql`cardinality(${table.actions}) > 0 and ${table.actions} <@ array['activate', 'changePlan', 'changeQuantity', 'suspend', 'reinstate', 'cancel', 'refuse']`,
    ),
    check("reason_codes_retired_whole", sql`num_nonnulls(${table.archivedAt}, ${table.archivedByName}) in (0, 2)`),
    /** Active reasons have different names. */
    uniqueIndex("reason_codes_name_offered")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.archivedAt} is null`),
    /** The list, in order of creation. */
    index("reason_codes_created").on(table.createdAt, table.id),
  ],
);
