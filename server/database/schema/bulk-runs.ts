import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgEnum, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { type BulkAction, bulkRowStates, bulkStates } from "../../../shared/bulk.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { instant } from "./column-types.ts";

export const bulkState = pgEnum("bulk_state", bulkStates);
export const bulkRowState = pgEnum("bulk_row_state", bulkRowStates);

/** One bulk action: first a dry run, then, once its owner starts it, worked by a job. */
export const bulkRuns = pgTable(
  "bulk_runs",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    action: jsonb().$type<BulkAction>().notNull(),
    /** The filters that selected its subscriptions; null if selected individually. */
    filters: jsonb().$type<SubscriptionFilters>(),
    state: bulkState().notNull(),
    stopReason: text(),
    /** The staff member who owns it, `tenant:object`. */
    ownerId: text().notNull(),
    ownerName: text().notNull(),
    total: integer().notNull(),
    createdAt: instant().notNull(),
    startedAt: instant(),
    finishedAt: instant(),
    /** A dry run that was never started loses its rows after a time. */
    rowsDeletedAt: instant(),
  },
  (table) => [
    check("bulk_runs_started", sql`${table.state} = 'planned' or ${table.startedAt} is not null`),
    check("bulk_runs_finished", sql`(${table.state} = 'finished') = (${table.finishedAt} is not null)`),
    check("bulk_runs_stopped", sql`(${table.state} = 'stopped') = (${table.stopReason} is not null)`),
    check("bulk_runs_rows", sql`${table.rowsDeletedAt} is null or ${table.state} = 'planned'`),
    /** Runs to resume after a start of the app. */
    index("bulk_runs_running")
      .on(table.id)
      .where(sql`${table.state} = 'running'`),
    /** Dry runs whose rows retention deletes. */
    index("bulk_runs_planned")
      .on(table.id)
      .where(sql`${table.state} = 'planned' and ${table.rowsDeletedAt} is null`),
  ],
);

/** What a run does, or did, to one subscription. */
export const bulkRows = pgTable(
  "bulk_rows",
  {
    runId: uuid()
      .notNull()
      .references(() => bulkRuns.id),
    subscriptionId: text().notNull(),
    state: bulkRowState().notNull(),
    /** A sentence of the dry run: what would happen, or why it cannot. */
    plan: text().notNull(),
    result: text(),
    operationId: uuid(),
    endedAt: instant(),
    /** How often Microsoft has asked for a pause on this subscription. */
    pauses: integer().notNull().default(0),
  },
  (table) => [
    /** Each subscription once; a run's rows in order. */
    primaryKey({ columns: [table.runId, table.subscriptionId] }),
    check(
      "bulk_rows_result_at_end",
      sql`(${table.state} in ('done', 'failed')) = (${table.result} is not null and ${table.endedAt} is not null)`,
    ),
    /** Rows to work on, counts, and rows by result. */
    index("bulk_rows_state").on(table.runId, table.state, table.subscriptionId),
  ],
);
