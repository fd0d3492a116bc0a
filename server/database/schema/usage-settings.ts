/** Settings of metered usage. */
import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { setBy } from "./column-types.ts";

/** How usage is sealed, in versions; the latest is active. Append-only. */
export const usageSettings = pgTable(
  "usage_settings",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    version: integer().notNull().unique("usage_settings_version"),
    /** Minutes after an hour in which its usage can still be reported. */
    graceMinutes: integer().notNull(),
    /** Usage of an hour that is this many times the highest of the last 30 days is held; null: none. */
    holdFactor: integer(),
    /** Whether purchasers see their usage on the landing page. */
    isShownToPurchasers: boolean().notNull().default(true),
    ...setBy,
  },
  (table) => [
    check(
      "usage_settings_limits",
      sql`${table.graceMinutes} between 0 and 240 and (${table.holdFactor} is null or ${table.holdFactor} between 2 and 1000)`,
    ),
    check("usage_settings_reason", sql`${table.reason} <> ''`),
  ],
);
