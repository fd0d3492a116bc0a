/**
 * Anchors of the audit trail: one digest of all entries at an instant. It can be recomputed later, so an anchor
 * stored where the database's owner cannot write reveals a rewrite or an older copy.
 */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { firstIdAt } from "../statements/keyset.ts";
import { recordChecks } from "../schema/record-chain.ts";

export type Anchor = {
  /** ISO instant. The anchor covers entries with older ids. */
  through: string;
  entries: number;
  streams: number;
  /** SHA-256, as hex, of the last hash of each chain, in the order of their ids. */
  digest: string;
};

/** Entries get their ids before the commit; no transaction takes this long. */
const settledAfterMs = 60 * 60_000;

/** What an anchor taken now can cover: entries whose transactions have certainly ended. */
export const anchorTime = (now: Date) => new Date(now.getTime() - settledAfterMs);

/** The audit trail up to `through`. Reads all links until then. */
export async function readAnchor(db: Executor, through: Date): Promise<Anchor> {
  const { rows } = await db.execute<{ entries: string; streams: string; digest: string }>(sql`
    with last as (
      select distinct on (stream_id) stream_id, hash from activity_chain
      where activity_id < ${firstIdAt(through.getTime())}::uuid order by stream_id, seq desc)
    select (select count(*) from activity_chain where activity_id < ${firstIdAt(through.getTime())}::uuid) as entries,
      count(*) as streams, encode(sha256(coalesce(string_agg(hash, '' order by stream_id), '')), 'hex') as digest from last`);
  const [row] = rows;
  return {
    through: through.toISOString(),
    entries: Number(row?.entries ?? 0),
    streams: Number(row?.streams ?? 0),
    digest: row?.digest ?? "",
  };
}

/**
 * Records the result of the comparison with the last anchor.
 * @param through what it covers if the audit trail differs, otherwise null
 */
export async function recordAnchorComparison(db: Executor, through: string | null): Promise<void> {
  await db.update(recordChecks).set({ rewrittenThrough: through === null ? null : new Date(through) });
}

/**
 * The day's anchor, for the first instance that asks.
 * @returns null if it was already taken
 */
export async function anchorOfDay(db: Database, now: Date): Promise<Anchor | null> {
  const day = now.toISOString().slice(0, 10);
  return db.transaction(async (tx) => {
    const claimed = await tx
      .update(recordChecks)
      .set({ anchoredOn: day })
      .where(sql`${recordChecks.anchoredOn} is distinct from ${day}::date`)
      .returning({ id: recordChecks.id });
    return claimed.length === 0 ? null : readAnchor(tx, anchorTime(now));
  });
}
