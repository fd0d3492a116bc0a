import { index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { upkeepKinds } from "../../../shared/upkeep.ts";
import { instant } from "./column-types.ts";

/** Runs of scheduled work and their results, for the pages that show the last run. */
export const upkeepRuns = pgTable(
  "upkeep_runs",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    kind: text({ enum: upkeepKinds }).notNull(),
    finishedAt: instant().notNull(),
    tookMs: integer().notNull(),
    /** Numbers by what they count. */
    result: jsonb().$type<Record<string, number>>().notNull(),
  },
  (table) => [
    /** The last run of a kind. */
    index("upkeep_runs_kind").on(table.kind, table.id),
  ],
);
