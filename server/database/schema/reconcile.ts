import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { differenceResolutions, differenceKinds, reconcilePhases } from "../../../shared/reconcile.ts";
import { instant } from "./column-types.ts";

/** One reconciliation run. */
export const reconcileRuns = pgTable(
  "reconcile_runs",
  {
    id: uuid().primaryKey(),
    trigger: text({ enum: ["schedule", "staff"] }).notNull(),
    startedByName: text(),
    startedAt: instant().notNull(),
    finishedAt: instant(),
    /** The phase: reading Microsoft's list, looking up what it omits, then raising what waits too long. */
    phase: text({ enum: reconcilePhases }).notNull().default("listing"),
    /** Where to continue after a kill: Microsoft's continuation token of the next page. */
    continuation: text(),
    /** How often Microsoft rejected the continuation and the list was read from the start again. */
    restarts: integer().notNull().default(0),
    /** Consecutive pages without anything new, to detect an endless list. */
    emptyPages: integer("fruitless_pages").notNull().default(0),
    /** Where to continue after a kill when looking up omitted subscriptions: the last id checked. */
    checkedThrough: text(),
    /** How many subscriptions existed at the start, which the list should contain. */
    expected: integer(),
    listed: integer().notNull().default(0),
    added: integer().notNull().default(0),
    repaired: integer().notNull().default(0),
    /** Shown to staff because it cannot be repaired. */
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

/** A difference between our copy and Microsoft's, with what was done about it. Append-only, without foreign keys. */
export const differences = pgTable(
  "differences",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    /** Null: staff requested this subscription. */
    runId: uuid(),
    /** Null: rows of Microsoft's list without an id. */
    subscriptionId: text(),
    kind: text({ enum: differenceKinds }).notNull(),
    /** The differing facts in our copy and at Microsoft; null if a side has none. */
    recorded: jsonb("held").$type<Record<string, unknown>>(),
    truth: jsonb().$type<Record<string, unknown>>(),
    /** The likely cause, as a sentence; null if unknown. */
    cause: text(),
    done: text({ enum: differenceResolutions }).notNull(),
    error: text(),
  },
  (table) => [
    check("differences_error_of_failure", sql`(${table.done} = 'failed') = (${table.error} is not null)`),
    /** Differences of a subscription, and whether one was recorded before. */
    index("differences_subscription").on(table.subscriptionId, table.id),
    /** The list filtered by kind; the full list uses the key. */
    index("differences_kind").on(table.kind, table.id),
    /** Needs: subscriptions that Microsoft does not know. */
    index("differences_missing")
      .on(table.at)
      .where(sql`${table.done} = 'raised' and ${table.kind} = 'missing'`),
    /** Needs: differences whose repair failed. */
    index("differences_failed")
      .on(table.at)
      .where(sql`${table.done} = 'failed'`),
  ],
);
