/** What has to be derived from subscriptions that have changed. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { customerChanges } from "../schema/customers.ts";
import { moneyChanges } from "../schema/money.ts";

/** One small statement every few seconds, instead of a transaction for each while nothing changes. */
export async function readDerivationsDue(db: Database): Promise<{ isMoneyDue: boolean; areCustomersDue: boolean }> {
  const { rows } = await db.execute<{ money: boolean; customers: boolean }>(sql`
    select exists (select from ${moneyChanges} where not ${moneyChanges.isWaiting}) as money,
      exists (select from ${customerChanges}) as customers`);
  return { isMoneyDue: rows[0]?.money ?? true, areCustomersDue: rows[0]?.customers ?? true };
}
