/** Counts refused requests by day and reason. */
import { lt, sql } from "drizzle-orm";
import { type RefusalReason, refusalDays } from "../../../shared/refusals.ts";
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
