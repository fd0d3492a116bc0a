/** Serializes transactions that check something and then write by it. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

/** The first key of these locks; the second is the hash of what is guarded. */
const lockClass = 77_204;

/**
 * Waits until no other transaction holds the same lock; held until this one ends. For limits and names without a
 * constraint: what is read after it cannot change before the commit.
 */
export async function lockExclusively(tx: Executor, what: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockClass}, hashtext(${what}))`);
}
