/** The keys of all advisory locks in PostgreSQL, in one list, so that two purposes never share one. */
import { sql, type SQL } from "drizzle-orm";

/** Locks with a fixed key of one or two numbers. A released key stays, because old and new instances run side by side. */
export const advisoryLocks = {
  migration: [20_180_831],
  customerListings: [77_203],
  subscriptionCounts: [77_202, 1],
  dayCounts: [77_202, 2],
  eventPositions: [77_202, 3],
  money: [77_202, 4],
  usageMonths: [77_202, 5],
  notifications: [77_202, 9],
} as const;

/** First keys of locks whose second key is the hash of a text. */
export const advisoryLockClasses = { liveness: 77_201, exclusive: 77_204 } as const;

/** The key as the arguments of PostgreSQL's lock functions. */
export function lockKey(name: keyof typeof advisoryLocks): SQL {
  return sql.raw(advisoryLocks[name].join(", "));
}
