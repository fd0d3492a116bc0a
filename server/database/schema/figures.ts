/** The days and hours of the overview, as a job writes them down. */
import { bigint, check, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { day, instant } from "./column-types.ts";

const count = () => integer().notNull().default(0);

/** What there was of a plan at the end of a day (UTC), as last seen on that day. */
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
    /** Of those that are Subscribed or Suspended. */
    seats: bigint({ mode: "number" }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.day, table.offerId, table.planId] })],
);

/** What happened to the subscriptions of an offer on a day (UTC). Counted again while the day is young, and when one is found late. */
export const dailyFlows = pgTable(
  "daily_flows",
  {
    day: day().notNull(),
    offerId: text().notNull(),
    purchased: count(),
    /** Of those purchased: had ended before the desk first saw them, nobody knows when. */
    endedUnseen: count(),
    activated: count(),
    ended: count(),
    /** Of those that ended: never became paid. */
    trialsEnded: count(),
    trialsConverted: count(),
    suspended: count(),
    reinstated: count(),
  },
  (table) => [primaryKey({ columns: [table.day, table.offerId] })],
);

/** How long those waited that became active on a day (UTC): so many in a step of `activationSteps`. Counted with the flows. */
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
 * What subscriptions count for on a day (UTC) that Microsoft names: that of the purchase (`purchased`, of these `activated` at
 * some time and still `live`), and that of the end of a term of those that are Subscribed (`renewing`, `ending`, and `unknown`
 * where Microsoft does not say).
 */
export const dayCounted = ["purchased", "activated", "live", "renewing", "ending", "unknown"] as const;
const ofDay = { what: text({ enum: dayCounted }).notNull(), day: day().notNull(), offerId: text().notNull() };

/** How many of each: the sum of this row and of those of `day_count_changes`. */
export const dayCounts = pgTable("day_counts", { ...ofDay, count: bigint({ mode: "number" }).notNull() }, (table) => [
  primaryKey({ columns: [table.what, table.day, table.offerId] }),
]);

/**
 * What has to be added. Triggers append it in the transaction of each change, so that parallel changes never wait for one row;
 * a job folds it into `day_counts` (`day-counts.ts`).
 */
export const dayCountChanges = pgTable("day_count_changes", { ...ofDay, count: bigint({ mode: "number" }).notNull() });

/** What the webhook received in an hour (UTC), and how soon Microsoft had its answers. */
export const hourlyWebhooks = pgTable(
  "hourly_webhooks",
  {
    hour: instant().primaryKey(),
    accepted: count(),
    duplicates: count(),
    unprocessable: count(),
    /** All calls refused so far, of which none is kept: an hour's own are the growth since the last. */
    refusedSoFar: bigint({ mode: "number" }).notNull().default(0),
    /** Changes of customers by how soon they were acknowledged. Microsoft waits for 10 s. */
    within1s: count(),
    within3s: count(),
    within10s: count(),
    later: count(),
  },
  (table) => [check("hourly_webhooks_whole_hour", sql`${table.hour} = date_trunc('hour', ${table.hour}, 'UTC')`)],
);
