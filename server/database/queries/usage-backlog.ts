/** Counts usage that is not decided yet, along partial indexes. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

type Backlog = {
  collecting: number;
  waiting: number;
  held: number;
  rejected: number;
  oldestWaiting: Date | null;
  differences: number;
};

export async function readUsageBacklog(db: Database): Promise<Backlog> {
  const { rows } = await db.execute<Omit<Backlog, "oldestWaiting"> & { oldest: string | null }>(sql`
    select (select count(*)::int from usage_slots where state = 'collecting') as collecting,
      (select count(*)::int from usage_slots where state = 'waiting') as waiting,
      (select count(*)::int from usage_slots where state = 'held') as held,
      (select count(*)::int from usage_slots where state = 'rejected') as rejected,
      (select min(effective_at) from usage_slots where state = 'waiting') as oldest,
      (select count(*)::int from usage_days where cause is not null) as differences`);
  const [row] = rows;
  return {
    collecting: row?.collecting ?? 0,
    waiting: row?.waiting ?? 0,
    held: row?.held ?? 0,
    rejected: row?.rejected ?? 0,
    oldestWaiting: row?.oldest ? new Date(row.oldest) : null,
    differences: row?.differences ?? 0,
  };
}
