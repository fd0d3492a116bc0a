/** Operations that should be settled by now; `o` is the operation. */
import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

/** Most settle within a second, and the slowest that wait for an answer within twenty. */
export const unsettledAfterMs = 2 * 60_000;

/** Microsoft completes a change of ours within minutes. */
export const unendingAfterMs = 60 * 60_000;

/** Ids are ordered by time, so those that are old enough are a range of the index of open operations. */
const isOlder = (now: SQL, ms: number): SQL => sql`o.id < (lpad(to_hex((extract(epoch from ${now}
  - ${sql.raw(`interval '${ms} milliseconds'`)}) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid`;

/** Microsoft's, and those of ours that Microsoft accepted and does not end. */
export const unsettledOperations = (now: SQL): SQL => sql`o.stage <> 'settled' and o.stuck_at is null
  and ${isOlder(now, unsettledAfterMs)} and (o.source = 'Azure' or (o.stage = 'accepted' and ${isOlder(now, unendingAfterMs)}))`;

/** How many of Microsoft's there are, including stuck ones. */
export async function countUnsettled(db: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - unsettledAfterMs).toISOString();
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from operations
    where stage <> 'settled' and source = 'Azure' and created_at < ${before}::timestamptz`);
  return rows[0]?.count ?? 0;
}
