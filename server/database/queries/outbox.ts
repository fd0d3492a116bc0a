/** Reads the outbox: what waits, and for how long. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

/** Whether anything receives messages. */
export async function hasReceivers(db: Database): Promise<boolean> {
  const found = await db.execute(sql`select from outbox_receivers where state in ('active', 'paused') limit 1`);
  return (found.rowCount ?? 0) > 0;
}

/** How many messages wait, and the age of the oldest in seconds by the database's clock. */
export async function readBacklog(db: Database): Promise<{ waiting: number; oldestSeconds: number }> {
  const { rows } = await db.execute<{ waiting: number; oldest: number | null }>(sql`
    select count(*)::int as waiting, extract(epoch from now() - min(created_at))::float8 as oldest
    from outbox_messages where state = 'waiting'`);
  return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: Math.max(0, rows[0]?.oldest ?? 0) };
}
