/** Counts the money of subscriptions that have changed, and its movements. */
import { countChanges } from "../../domain/money/count-changes.ts";
import type { Database } from "../../database/connection/database.ts";
import {
  readCountedMoney,
  readCustomerTotals,
  readKnownPrices,
  readMoneyChanges,
  storeMoney,
  takeMoneyLock,
} from "../../database/writes/money.ts";

const batchSize = 500;

/** Counts until nothing is due, or for this long. */
const maxMs = 1_500;

/**
 * Safe to repeat and to run on all instances: one counts at a time, and each batch is one transaction.
 * @returns how many changes were read
 */
export async function countMoney(db: Database): Promise<number> {
  const endsAt = performance.now() + maxMs;
  let read = 0;
  for (;;) {
    const count = await countBatch(db);
    read += count;
    if (count < batchSize || performance.now() > endsAt) return read;
  }
}

function countBatch(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await takeMoneyLock(tx))) return 0;
    const changes = await readMoneyChanges(tx, batchSize);
    if (changes.length === 0) return 0;
    const ids = [...new Set(changes.map(({ subscriptionId }) => subscriptionId))];
    const [prices, money] = [await readKnownPrices(tx, ids), await readCountedMoney(tx, ids)];
    const keys = new Set([
      ...changes.flatMap(({ facts }) => (facts ? [facts.customerKey] : [])),
      ...[...money.values()].map(({ customerKey }) => customerKey),
    ]);
    const customers = await readCustomerTotals(tx, [...keys]);
    await storeMoney(tx, changes, money, countChanges({ changes, prices, money, customers }));
    return changes.length;
  });
}
