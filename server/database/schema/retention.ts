import { sql } from "drizzle-orm";
import { check, integer, pgTable, uuid } from "drizzle-orm/pg-core";
import { setBy } from "./column-types.ts";

/** Days for which data is kept, in versions; the latest is active. Null: forever. Append-only. */
export const retentions = pgTable(
  "retentions",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    version: integer().notNull().unique("retentions_version"),
    deliveries: integer(),
    calls: integer(),
    refused: integer(),
    contacts: integer(),
    events: integer(),
    messages: integer().default(90),
    usage: integer().default(400),
    movements: integer().default(1_100),
    dryRuns: integer().default(30),
    ...setBy,
  },
  (table) => [
    check(
      "retentions_least",
      sql`${table.deliveries} >= 90 and ${table.calls} >= 30 and ${table.refused} >= 7 and ${table.contacts} >= 30 and ${table.events} >= 30 and ${table.messages} >= 7 and ${table.usage} >= 90 and ${table.movements} >= 400 and ${table.dryRuns} >= 7`,
    ),
    check("retentions_reason", sql`${table.reason} <> ''`),
  ],
);
