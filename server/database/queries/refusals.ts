/** Reads refused requests, counted by day and reason. */
import { desc, sql } from "drizzle-orm";
import { type RefusalReason, refusalReasons } from "../../../shared/refusals.ts";
import type { RefusalView } from "../../../shared/views/security.ts";
import type { Database } from "../connection/database.ts";
import { refusals as r } from "../schema/refusals.ts";

/** By reason, the latest first. */
export async function listRefusals(db: Database): Promise<RefusalView[]> {
  const lastAt = sql<string>`max(${r.lastAt})`;
  const rows = await db
    .select({ reason: r.reason, count: sql<number>`sum(${r.count})::int`, lastAt })
    .from(r)
    .groupBy(r.reason)
    .orderBy(desc(lastAt));
  return rows.flatMap(({ reason, count, lastAt: at }) =>
    Object.hasOwn(refusalReasons, reason)
      ? [{ reason: reason as RefusalReason, count, lastAt: new Date(at).toISOString() }]
      : [],
  );
}
