import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { differenceResolutions, differenceKinds, reconcilePhases } from "../../../shared/filters.ts";
import { instant } from "./column-types.ts";

/** One comparison of our record with Microsoft's. */
export const reconcileRuns = pgTable(
  "reconcile_runs",
  {
    id: uuid().primaryKey(),
    trigger: text({ enum: ["schedule", "staff"] }).notNull(),
    startedByName: text(),
    startedAt: instant().notNull(),
    finishedAt: instant(),
    /** What it is doing: reading Microsoft's list, then asking for what that left out, then raising what waits too long. */
    phase: text({ enum: reconcilePhases }).notNull().default("listing"),
    /** Where to go on after a kill: Microsoft's continuation token of the next page. */
    continuation: text(),
    /** How often Microsoft refused to go on with its list, and it was read from the start again. */
    restarts: integer().notNull().default(0),
    /** How many pages in a row named nothing that this run had not seen: a list that never ends is noticed by it. */
    emptyPages: integer("fruitless_pages").notNull().default(0),
    /** Where to go on after a kill when looking for what the list left out: the last id that was looked at. */
    checkedThrough: text(),
    /** How many subscriptions we held when it began: what the list is expected to name. */
    expected: integer(),
    listed: integer().notNull().default(0),
    added: integer().notNull().default(0),
    repaired: integer().notNull().default(0),
    /** Shown to staff, because nothing can repair it. */
    raised: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    /** Open operations that had lost their job and got a new one. */
    revived: integer().notNull().default(0),
    error: text(),
  },
  (table) => [
    /** At most one run at a time. */
    uniqueIndex("reconcile_runs_one_open")
      .on(sql`(1)`)
      .where(sql`${table.finishedAt} is null`),
  ],
);

/** Between our record and Microsoft's, with what was done about it. Append-only, no foreign keys. */
export const differences = pgTable(
  "differences",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    /** Null: staff asked for this subscription alone. */
    runId: uuid(),
    /** Null: rows of Microsoft's list without an id. */
    subscriptionId: text(),
    kind: text({ enum: differenceKinds }).notNull(),
    /** The facts that differ, as we held them and as Microsoft has them; null where a side has none. */
    recorded: jsonb("held").$type<Record<string, unknown>>(),
    truth: jsonb().$type<Record<string, unknown>>(),
    /** How it came about, as a sentence; null when it cannot be told. */
    cause: text(),
    done: text({ enum: differenceResolutions }).notNull(),
    error: text(),
  },
  (table) => [
    check("differences_error_of_failure", sql`(${table.done} = 'failed') = (${table.error} is not null)`),
    /** Those of a subscription, and whether one was told before. */
    index("differences_subscription").on(table.subscriptionId, table.id),
    /** The list filtered by kind; that of all follows the key. */
    index("differences_kind").on(table.kind, table.id),
    /** What needs someone: subscriptions that Microsoft does not know. */
    index("differences_missing")
      .on(table.at)
      .where(sql`${table.done} = 'raised' and ${table.kind} = 'missing'`),
    /** and those whose repair failed. */
    index("differences_failed")
      .on(table.at)
      .where(sql`${table.done} = 'failed'`),
  ],
);
