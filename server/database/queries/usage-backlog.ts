/** Counts usage that is not decided yet, along partial indexes. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

type Backlog = {
  collecting: number;
  waiting: number;
  held: number;
  rejected: number;
  /** The oldest hour of waiting usage, and the oldest time that Microsoft gets for it. */
  oldestHour: Date | null;
  oldestWaiting: Date | null;
  /** Days of a subscription and dimension in which Microsoft's usage differs. */
  differences: number;
};

const countOf = (state: "collecting" | "waiting" | "held" | "rejected") =>
  sql.raw(`(select count(*)::int from usage_slots where state = '${state}') as ${state}`);

export async function readUsageBacklog(db: Database): Promise<Backlog> {
  const { rows } = await db.execute<
    Pick<Backlog, "collecting" | "waiting" | "held" | "rejected" | "differences"> & {
      oldest_hour: string | null;
      oldest: string | null;
    }
  >(sql`
    select ${countOf("collecting")}, ${countOf("waiting")}, ${countOf("held")}, ${countOf("rejected")},
      (select min(hour) from usage_slots where state = 'waiting') as oldest_hour,
      (select min(effective_at) from usage_slots where state = 'waiting') as oldest,
      (select count(*)::int from usage_days where cause is not null) as differences`);
  const [row] = rows;
  return {
    collecting: row?.collecting ?? 0,
    waiting: row?.waiting ?? 0,
    held: row?.held ?? 0,
    rejected: row?.rejected ?? 0,
    oldestHour: row?.oldest_hour ? new Date(row.oldest_hour) : null,
    oldestWaiting: row?.oldest ? new Date(row.oldest) : null,
    differences: row?.differences ?? 0,
  };
}
