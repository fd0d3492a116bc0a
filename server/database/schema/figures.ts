/** The days and hours of the overview, recorded by a job. */
import { bigint, check, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { day, instant } from "./column-types.ts";

const count = () => integer().notNull().default(0);

/** The counts of a plan at the end of a day (UTC), as last seen on that day. */
export const dailyStates = pgTable(
  "daily_states",
  {
    day: day().notNull(),
    offerId: text().notNull(),
    planId: text().notNull(),
    pending: count(),
    subscribed: count(),
    suspended: count(),
    trials: count(),
    /** Of Subscribed and Suspended subscriptions. */
    seats: bigint({ mode: "number" }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.day, table.offerId, table.planId] })],
);

/** What happened to an offer's subscriptions on a day (UTC). Recounted for recent days, and if one is found late. */
export const dailyFlows = pgTable(
  "daily_flows",
  {
    day: day().notNull(),
    offerId: text().notNull(),
    purchased: count(),
    /** How many of the purchased subscriptions ended at an unknown time before they were first seen. */
    endedUnseen: count(),
    activated: count(),
    ended: count(),
    /** How many of the ended subscriptions never became paid. */
    trialsEnded: count(),
    trialsConverted: count(),
    suspended: count(),
    reinstated: count(),
  },
  (table) => [primaryKey({ columns: [table.day, table.offerId] })],
);

/**
 * The time from purchase to activation of those that became active on a day (UTC): the count per step of
 * `activationSteps`. Counted with the flows.
 */
export const dailyActivations = pgTable(
  "daily_activations",
  {
    day: day().notNull(),
    offerId: text().notNull(),
    step: smallint().notNull(),
    count: integer().notNull(),
    totalMs: bigint({ mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.offerId, table.step] })],
);

/**
 * What subscriptions count for on a day (UTC) given by Microsoft: the purchase (`purchased`, of these `activated`
 * at any time and still `live`), and the term's end for Subscribed ones (`renewing`, `ending`, and `unknown` if
 * Microsoft does not say).
 */
export const dayCounted = ["purchased", "activated", "live", "renewing", "ending", "unknown"] as const;
const ofDay = { what: text({ enum: dayCounted }).notNull(), day: day().notNull(), offerId: text().notNull() };

/** The total is the sum of this row and the rows of `day_count_changes`. */
export const dayCounts = pgTable("day_counts", { ...ofDay, count: bigint({ mode: "number" }).notNull() }, (table) => [
  primaryKey({ columns: [table.what, table.day, table.offerId] }),
]);

/**
 * What has to be added. Triggers append it in the transaction of each change, so that parallel changes do not
 * contend for one row; a job rolls it up into `day_counts` (`day-counts.ts`).
 */
export const dayCountChanges = pgTable("day_count_changes", { ...ofDay, count: bigint({ mode: "number" }).notNull() });

/** What the webhook received in an hour (UTC), and how soon Microsoft was answered. */
export const hourlyWebhooks = pgTable(
  "hourly_webhooks",
  {
    hour: instant().primaryKey(),
    accepted: count(),
    duplicates: count(),
    unprocessable: count(),
    /** All refused calls so far; an hour's own are the difference to the previous hour. */
    refusedSoFar: bigint({ mode: "number" }).notNull().default(0),
    /** Customers' changes by time to acknowledgment. Microsoft waits 10 s. */
    within1s: count(),
    within3s: count(),
    within10s: count(),
    later: count(),
  },
  (table) => [check("hourly_webhooks_whole_hour", sql`${table.hour} = date_trunc('hour', ${table.hour}, 'UTC')`)],
);
