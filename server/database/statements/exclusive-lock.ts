/** Transactions that check something and then write by it, one after the other. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

/** The first key of these locks; the second is the hash of what is guarded. */
const lockClass = 77_204;

/**
 * Waits until no other transaction guards the same, until the end of this one. For limits and names that no constraint can
 * hold: what is read after it cannot change before the commit.
 */
export async function lockExclusively(tx: Executor, what: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockClass}, hashtext(${what}))`);
}
