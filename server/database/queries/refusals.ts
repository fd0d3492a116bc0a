/** Refused requests, counted by day and reason. */
import { desc, lt, sql } from "drizzle-orm";
import { type RefusalReason, refusalDays, refusalReasons } from "../../../shared/refusals.ts";
import type { RefusalView } from "../../../shared/views/security.ts";
import type { Database } from "../connection/database.ts";
import { refusals as r } from "../schema/refusals.ts";

const dayMs = 24 * 3_600_000;

/** Adds to a day's counts, and deletes days past their retention. */
export async function countRefusals(
  db: Database,
  counted: { reason: RefusalReason; count: number }[],
  now: Date,
): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  await db
    .insert(r)
    .values(counted.map((one) => ({ ...one, day, lastAt: now })))
    .onConflictDoUpdate({
      target: [r.day, r.reason],
      set: { count: sql`${r.count} + excluded.count`, lastAt: sql`excluded.last_at` },
    });
  const oldest = new Date(now.getTime() - refusalDays * dayMs).toISOString().slice(0, 10);
  await db.delete(r).where(lt(r.day, oldest));
}

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
