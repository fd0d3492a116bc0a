/** Keeps track of needs: when each was first seen, and when it ended. */
import { sql } from "drizzle-orm";
import type { Executor } from "../../database/connection/database.ts";
import { listNeedKeys, type NeedKey } from "../../needs/read-needs.ts";

/** A need that waits, since it was first seen. */
export type SeenNeed = NeedKey & { seenId: number; firstSeenAt: Date; takenById: string | null };

/** How long what ended is kept, to say that it is over and for links in messages. */
const keptDays = 30;
const longAgo = new Date("2000-01-01T00:00:00Z");

/** Stores what has appeared and what has ended since the last time. @returns the needs that wait now */
export async function trackNeeds(tx: Executor, now: Date, { isFirst }: { isFirst: boolean }): Promise<SeenNeed[]> {
  const { needs, cutKinds } = await listNeedKeys(tx, now);
  const known = await readOpen(tx);
  const keyOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;
  const waiting = new Map(needs.map((need) => [keyOf(need), need]));
  const knownKeys = new Set(known.map(keyOf));
  const added = needs.filter((need) => !knownKeys.has(keyOf(need)));
  const ended = known.filter((row) => !waiting.has(keyOf(row)) && !cutKinds.some((kind) => kind === row.kind));
  const moved = known.flatMap((row) => {
    const dueAt = waiting.get(keyOf(row))?.dueAt;
    return dueAt !== undefined && dueAt?.getTime() !== row.deadline?.getTime()
      ? [{ id: row.seenId, deadline: dueAt }]
      : [];
  });
  // What waits when people begin to be notified is old news.
  const seenAt = isFirst ? longAgo : now;
  if (added.length + ended.length + moved.length > 0) await write(tx, { now, seenAt }, { added, ended, moved });
  const stored = added.length > 0 ? await readOpen(tx) : known;
  return stored.flatMap((row) => {
    const need = waiting.get(keyOf(row));
    return need ? [{ ...need, seenId: row.seenId, firstSeenAt: row.firstSeenAt, takenById: row.takenById }] : [];
  });
}

async function readOpen(tx: Executor) {
  const { rows } = await tx.execute<{
    id: number;
    kind: string;
    subject_id: string;
    deadline: string | null;
    first_seen_at: string;
    taken_by_id: string | null;
  }>(
    sql`select id::int, kind, subject_id, deadline, first_seen_at, taken_by_id from seen_needs where ended_at is null`,
  );
  return rows.map((row) => ({
    seenId: row.id,
    kind: row.kind,
    id: row.subject_id,
    deadline: row.deadline === null ? null : new Date(row.deadline),
    firstSeenAt: new Date(row.first_seen_at),
    takenById: row.taken_by_id,
  }));
}

type Changes = {
  added: NeedKey[];
  ended: { seenId: number }[];
  moved: { id: number; deadline: Date | null }[];
};

async function write(
  tx: Executor,
  { now, seenAt }: { now: Date; seenAt: Date },
  { added, ended, moved }: Changes,
): Promise<void> {
  const at = now.toISOString();
  const rows = added.map(({ kind, id, subscriptionId, dueAt }) => ({
    kind,
    id,
    subscription: subscriptionId,
    due: dueAt,
  }));
  await tx.execute(sql`
    insert into seen_needs (kind, subject_id, subscription_id, deadline, first_seen_at)
    select kind, id, subscription, due, ${seenAt.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(kind text, id text, subscription text, due timestamptz)
    on conflict do nothing`);
  await tx.execute(sql`
    update seen_needs set ended_at = ${at}::timestamptz
    where id = any(${sql.param(ended.map(({ seenId }) => seenId))}::bigint[])`);
  await tx.execute(sql`
    update seen_needs set deadline = r.deadline
    from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as r(id bigint, deadline timestamptz) where seen_needs.id = r.id`);
}

/** Deletes what ended long ago. */
export async function forgetOldNeeds(tx: Executor, now: Date): Promise<void> {
  const cutoff = new Date(now.getTime() - keptDays * 86_400_000).toISOString();
  await tx.execute(sql`delete from seen_needs where ended_at < ${cutoff}::timestamptz`);
  await tx.execute(sql`delete from notices where created_at < ${cutoff}::timestamptz`);
}
