/** Reads the calls that the webhook refused, counted by reason. */
import { desc, ne } from "drizzle-orm";
import type { RejectedCallView } from "../../../shared/views/history.ts";
import type { Database } from "../connection/database.ts";
import { rejectedCalls } from "../schema/deliveries.ts";

/** Calls that the webhook refused, the latest reason first. */
export async function listRejectedCalls(db: Database): Promise<RejectedCallView[]> {
  const rows = await db
    .select()
    .from(rejectedCalls)
    .where(ne(rejectedCalls.count, 0))
    .orderBy(desc(rejectedCalls.lastAt));
  return rows.map((row) => ({
    at: row.lastAt.toISOString(),
    status: row.status,
    reason: row.reason,
    count: row.count,
  }));
}
