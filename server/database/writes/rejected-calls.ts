/** Counts the calls that the webhook refused. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { rejectedCalls } from "../schema/deliveries.ts";

/** Adds refused calls to the counts of their reasons. */
export async function countRejectedCalls(
  db: Database,
  calls: { reason: string; status: number; count: number; at: Date }[],
): Promise<void> {
  await db
    .insert(rejectedCalls)
    .values(calls.map(({ at, ...call }) => ({ ...call, lastAt: at })))
    .onConflictDoUpdate({
      target: rejectedCalls.reason,
      set: {
        count: sql`${rejectedCalls.count} + excluded.count`,
        lastAt: sql`excluded.last_at`,
        status: sql`excluded.status`,
      },
    });
}
