/** What Microsoft has accepted, by month: the figures of the overview (decision 0037). */
import { numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { day } from "./column-types.ts";

const ofMonth = {
  /** The first day of the month of the hours, in UTC. */
  month: day().notNull(),
  offerId: text().notNull(),
  planId: text().notNull(),
  dimension: text().notNull(),
  /** The currency of the list price when Microsoft accepted the hours. Empty: the price was unknown. */
  currency: text().notNull(),
  /** 0 if it was unknown. */
  listPrice: numeric().notNull(),
  quantity: numeric().notNull(),
  /** What of it is of hours that were deleted after their retention. */
  deleted: numeric().notNull(),
};

/** The total is the sum of this row and the rows of `usage_month_changes`. Without test purchases. */
export const usageMonths = pgTable("usage_months", ofMonth, (table) => [
  primaryKey({
    name: "usage_months_pk",
    columns: [table.month, table.offerId, table.planId, table.dimension, table.currency, table.listPrice],
  }),
]);

/**
 * What has to be added. Triggers append it in the transaction of each change, so that parallel changes do not
 * contend for one row; a job rolls it up into `usage_months` (`usage-months.ts`).
 */
export const usageMonthChanges = pgTable("usage_month_changes", ofMonth);
