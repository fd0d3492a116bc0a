import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

export const submissionOutcomes = ["done", "refused", "failed", "withdrawn"] as const;

/**
 * What staff sent from a page, under an id that the page made: each is carried out once, and a page that got no answer can ask
 * what became of it. Kept for a day.
 */
export const submissions = pgTable(
  "submissions",
  {
    /** `tenant:object` of who sent it. */
    actorId: text().notNull(),
    id: uuid().notNull(),
    /** The procedure; null for one that was withdrawn before it arrived. */
    procedure: text(),
    receivedAt: instant().notNull(),
    /** Null while it is carried out, and for ever when the server ended in the middle of it. */
    outcome: text({ enum: submissionOutcomes }),
    /** What was answered to a submission that was refused or failed. */
    message: text(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.id] }),
    check("submissions_outcome", sql`${table.outcome} in ('done', 'refused', 'failed', 'withdrawn')`),
    check(
      "submissions_procedure",
      sql`(${table.procedure} is null) = (${table.outcome} is not distinct from 'withdrawn')`,
    ),
    /** The sweep of old ones. */
    index("submissions_received").on(table.receivedAt),
  ],
);
