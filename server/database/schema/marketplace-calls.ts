import { index, integer, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Calls to Microsoft that belong to no operation, searchable by the ids that its support asks for. */
export const marketplaceCalls = pgTable(
  "marketplace_calls",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    requestId: uuid().notNull(),
    correlationId: uuid().notNull(),
    method: text().notNull(),
    /** Without the query; names no token. */
    path: text().notNull(),
    /** Null: no response. */
    status: smallint(),
    attempt: smallint().notNull(),
    durationMs: integer().notNull(),
  },
  (table) => [
    index("marketplace_calls_request").on(table.requestId),
    index("marketplace_calls_correlation").on(table.correlationId),
  ],
);
