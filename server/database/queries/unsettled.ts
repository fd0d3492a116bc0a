/** Microsoft's operations that should be settled by now; `o` is the operation. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

/** Most settle within a second, and the slowest that wait for an answer within twenty. */
export const unsettledAfterMs = 2 * 60_000;

/** Ids are ordered by time, so those that are old enough are a range of the index of open operations. */
export const unsettledOperations = (
  now: SQL,
): SQL => sql`o.stage <> 'settled' and o.stuck_at is null and o.source = 'Azure'
  and o.id < (lpad(to_hex((extract(epoch from ${now} - ${sql.raw(`interval '${unsettledAfterMs} milliseconds'`)}) * 1000)::bigint), 12, '0')
    || '00000000000000000000')::uuid`;

/** How many there are, including stuck ones. */
export async function countUnsettled(db: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - unsettledAfterMs).toISOString();
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from operations
    where stage <> 'settled' and source = 'Azure' and created_at < ${before}::timestamptz`);
  return rows[0]?.count ?? 0;
}
