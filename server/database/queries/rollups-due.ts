/** What has to be rolled up, counted or derived. */
import { sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "../connection/database.ts";
import { customerChanges } from "../schema/customers.ts";
import { dayCountChanges } from "../schema/figures.ts";
import { moneyChanges } from "../schema/money.ts";
import { subscriptionCounts } from "../schema/subscriptions.ts";
import { usageMonthChanges } from "../schema/usage-months.ts";

/** Rows that a reader can add up quickly. */
export const fewRows = 500;

/** Whether a table has rows that are worth rolling up. */
export const hasManyRows = (table: PgTable, minRows = fewRows) =>
  sql`(select count(*) from (select from ${table} limit ${minRows}) first) = ${minRows}`;

type Due = Record<"counts" | "dayCounts" | "usageMonths" | "money" | "customers", boolean>;

/** One small statement, instead of one for each table while nothing changes. */
export async function readRollupsDue(db: Database): Promise<Due> {
  const { rows } = await db.execute<Due>(sql`
    select ${hasManyRows(subscriptionCounts)} as counts, ${hasManyRows(dayCountChanges)} as "dayCounts",
      ${hasManyRows(usageMonthChanges)} as "usageMonths",
      exists (select from ${moneyChanges} where not ${moneyChanges.isWaiting}) as money,
      exists (select from ${customerChanges}) as customers`);
  return rows[0] ?? { counts: true, dayCounts: true, usageMonths: true, money: true, customers: true };
}
