import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

export const submissionOutcomes = ["done", "refused", "failed", "withdrawn"] as const;

/**
 * Changes that staff submitted from a page, under an id made by the page: each is carried out once, and the page
 * can ask for its outcome. Stored for a day.
 */
export const submissions = pgTable(
  "submissions",
  {
    /** The sender's `tenant:object`. */
    actorId: text().notNull(),
    id: uuid().notNull(),
    /** The procedure; null if withdrawn before it arrived. */
    procedure: text(),
    receivedAt: instant().notNull(),
    /** Null while in progress, and forever if the server stopped during it. */
    outcome: text({ enum: submissionOutcomes }),
    /** The response to a refused or failed submission. */
    message: text(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.id] }),
    check("submissions_outcome", sql`${table.outcome} in ('done', 'refused', 'failed', 'withdrawn')`),
    check(
      "submissions_procedure",
      sql`(${table.procedure} is null) = (${table.outcome} is not distinct from 'withdrawn')`,
    ),
    /** For deleting old ones. */
    index("submissions_received").on(table.receivedAt),
  ],
);
