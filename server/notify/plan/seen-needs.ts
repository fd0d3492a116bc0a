/** Keeps track of needs: when each was first seen, until when it is snoozed, and when it ended. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../../database/connection/database.ts";
import { listNeedKeys, type NeedKey } from "../../needs/read-needs.ts";

export type SeenNeed = NeedKey & {
  seenId: number;
  firstSeenAt: Date;
  /** When it was first seen, or its last snooze ended. */
  waitsSince: Date;
  takenById: string | null;
};

/** How long resolved needs are kept, to announce that they were resolved and for links in messages. */
const keptDays = 30;
const longAgo = new Date("2000-01-01T00:00:00Z");

/** Stores which needs have appeared, changed and ended since the last round. @returns all current needs, also snoozed ones */
export async function trackNeeds(
  tx: Executor,
  needsDb: Database,
  now: Date,
  { isFirst }: { isFirst: boolean },
): Promise<SeenNeed[]> {
  const { needs, cutKinds } = await listNeedKeys(needsDb, now);
  const known = await readOpen(tx);
  const keyOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;
  const current = new Map(needs.map((need) => [keyOf(need), need]));
  const knownKeys = new Set(known.map(keyOf));
  const added = needs.filter((need) => !knownKeys.has(keyOf(need)));
  const ended = known.filter((row) => !current.has(keyOf(row)) && !cutKinds.some((kind) => kind === row.kind));
  const changed = known.flatMap((row) => {
    const need = current.get(keyOf(row));
    if (!need) return [];
    const values = { deadline: need.dueAt, snoozedUntil: need.snoozedUntil ?? earlier(row.snoozedUntil, now) };
    const isSame =
      values.deadline?.getTime() === row.deadline?.getTime() &&
      values.snoozedUntil?.getTime() === row.snoozedUntil?.getTime();
    return isSame ? [] : [{ id: row.seenId, ...values }];
  });
  // Needs that exist before anyone is notified are not announced.
  const seenAt = isFirst ? longAgo : now;
  if (added.length + ended.length + changed.length > 0) await write(tx, { now, seenAt }, { added, ended, changed });
  const stored = added.length + changed.length > 0 ? await readOpen(tx) : known;
  return stored.flatMap((row) => {
    const need = current.get(keyOf(row));
    const { seenId, firstSeenAt, takenById } = row;
    const waitsSince = row.snoozedUntil ?? firstSeenAt;
    return need ? [{ ...need, seenId, firstSeenAt, waitsSince, takenById }] : [];
  });
}

/** Staff can end a snooze before its time. */
function earlier(until: Date | null, now: Date): Date | null {
  return until !== null && until > now ? now : until;
}

async function readOpen(tx: Executor) {
  const { rows } = await tx.execute<{
    id: number;
    kind: string;
    subject_id: string;
    deadline: string | null;
    first_seen_at: string;
    snoozed_until: string | null;
    taken_by_id: string | null;
  }>(sql`
    select id::int, kind, subject_id, deadline, first_seen_at, snoozed_until, taken_by_id
    from seen_needs where ended_at is null`);
  return rows.map((row) => ({
    seenId: row.id,
    kind: row.kind,
    id: row.subject_id,
    deadline: row.deadline === null ? null : new Date(row.deadline),
    firstSeenAt: new Date(row.first_seen_at),
    snoozedUntil: row.snoozed_until === null ? null : new Date(row.snoozed_until),
    takenById: row.taken_by_id,
  }));
}

type Changes = {
  added: NeedKey[];
  ended: { seenId: number }[];
  changed: { id: number; deadline: Date | null; snoozedUntil: Date | null }[];
};

async function write(
  tx: Executor,
  { now, seenAt }: { now: Date; seenAt: Date },
  { added, ended, changed }: Changes,
): Promise<void> {
  const at = now.toISOString();
  const rows = added.map(({ kind, id, subscriptionId, dueAt, snoozedUntil }) => ({
    kind,
    id,
    subscription: subscriptionId,
    due: dueAt,
    until: snoozedUntil,
  }));
  await tx.execute(sql`
    insert into seen_needs (kind, subject_id, subscription_id, deadline, first_seen_at, snoozed_until)
    select kind, id, subscription, due, ${seenAt.toISOString()}::timestamptz, until
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(kind text, id text, subscription text, due timestamptz, until timestamptz)
    on conflict do nothing`);
  await tx.execute(sql`
    update seen_needs set ended_at = ${at}::timestamptz
    where id = any(${sql.param(ended.map(({ seenId }) => seenId))}::bigint[])`);
  await tx.execute(sql`
    update seen_needs set deadline = r.deadline, snoozed_until = r."snoozedUntil"
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as r(id bigint, deadline timestamptz, "snoozedUntil" timestamptz)
    where seen_needs.id = r.id`);
}

/** Deletes what ended long ago. The notice of an open need is kept: without it, the need would be announced again. */
export async function forgetOldNeeds(tx: Executor, now: Date): Promise<void> {
  const cutoff = new Date(now.getTime() - keptDays * 86_400_000).toISOString();
  await tx.execute(sql`delete from seen_needs where ended_at < ${cutoff}::timestamptz`);
  await tx.execute(sql`
    delete from notices where created_at < ${cutoff}::timestamptz and not exists (
      select from notice_needs t join seen_needs n on n.id = t.need_id and n.ended_at is null where t.notice_id = notices.id)`);
}
