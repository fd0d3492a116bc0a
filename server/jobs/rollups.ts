/** Updates the data behind lists every few seconds: rolls up totals, counts money, and derives customers. */
import type { Logger } from "pino";
import type { Database } from "../database/connection/database.ts";
import { readRollupsDue } from "../database/queries/rollups-due.ts";
import { deriveChangedCustomers, repairListings } from "../database/writes/customer-listings.ts";
import { rollUpDayCounts } from "../database/writes/day-count-rollup.ts";
import { countMoney } from "../commands/money/count-money.ts";
import { rollUpUsageMonths } from "../database/writes/usage-month-rollup.ts";
import { rollUpCounts } from "../database/writes/subscription-count-rollup.ts";

const everyMs = 2_000;

export function startRollups(options: { db: Database; now: () => Date; log: Logger }) {
  let current: Promise<void> | null = null;
  let hasRepairedListings = false;

  async function rollUp(): Promise<void> {
    let areCustomersDue = true;
    try {
      const due = await readRollupsDue(options.db);
      areCustomersDue = due.customers;
      if (due.counts) await rollUpCounts(options.db);
      if (due.dayCounts) await rollUpDayCounts(options.db);
      if (due.usageMonths) await rollUpUsageMonths(options.db);
      if (due.money) await countMoney(options.db);
    } catch (error) {
      options.log.warn({ err: error }, "could not roll up the totals; they are correct, and rolled up next time");
    }
    try {
      if (areCustomersDue) await deriveChangedCustomers(options.db, options.now);
      // Listings that an older version writes during an upgrade are repaired by the daily check of totals.
      if (!hasRepairedListings) await repairListings(options.db);
      hasRepairedListings = true;
    } catch (error) {
      options.log.warn({ err: error }, "could not derive the listings of customers; they are derived next time");
    }
  }

  const timer = setInterval(() => {
    current ??= rollUp().finally(() => (current = null));
  }, everyMs);
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await current;
    },
  };
}
