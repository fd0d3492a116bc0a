/** Serializes transactions that check something and then write by it. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { advisoryLockClasses } from "./advisory-locks.ts";

/**
 * Waits until no other transaction holds the same lock; held until this one ends. For limits and names without a
 * constraint: what is read after it cannot change before the commit.
 */
export async function lockExclusively(tx: Executor, what: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${advisoryLockClasses.exclusive}, hashtext(${what}))`);
}
