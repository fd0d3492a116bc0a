/** The versions of notes, and who they mention. */
import { inArray, type SQL, sql } from "drizzle-orm";
import type { ActivityView, NoteView } from "../../../shared/views/history.ts";
import type { Database } from "../connection/database.ts";
import { activity as a, isAboutCustomer } from "../schema/activity.ts";
import { subscriptionNotes as n } from "../schema/subscriptions.ts";

type Version = { id: string; noteId: string; at: string; text: string };

/**
 * Puts the latest text into the entries of notes.
 * @param own the ids of the entries that the caller wrote
 * @param customers the keys of the customer whose notes are among them
 */
export async function withVersions(
  db: Database,
  rows: ActivityView[],
  own: ReadonlySet<string>,
  customers: SQL | null,
): Promise<{ rows: ActivityView[]; notes: Record<string, NoteView> }> {
  const ids = rows.filter(({ note }) => note !== null).map(({ id }) => id);
  if (ids.length === 0) return { rows, notes: {} };
  const [ofSubscriptions, ofCustomer, mentions] = await Promise.all([
    versionsOf(db, ids),
    customers === null ? [] : versionsAbout(db, ids, customers),
    mentionsOf(db, ids),
  ]);
  const versions = Map.groupBy([...ofSubscriptions, ...ofCustomer], ({ noteId }) => noteId);
  const notes: Record<string, NoteView> = {};
  const latest = new Map<string, string>();
  for (const { id, at, note } of rows) {
    if (note === null) continue;
    const later = versions.get(id) ?? [];
    const all = [{ id, at, text: note }, ...later];
    const last = all.at(-1);
    if (!last) continue;
    latest.set(id, last.text);
    notes[id] = {
      version: last.id,
      isOwn: own.has(id),
      editedAt: later.length === 0 ? null : last.at,
      earlier: all
        .slice(0, -1)
        .toReversed()
        .map(({ at: writtenAt, text }) => ({ at: writtenAt, text })),
      mentions: mentions.filter(({ noteId }) => noteId === id).map(({ name, isRead }) => ({ name, isRead })),
    };
  }
  return { rows: rows.map((row) => ({ ...row, note: latest.get(row.id) ?? row.note })), notes };
}

async function versionsOf(db: Database, ids: string[]): Promise<Version[]> {
  const rows = await db
    .select({ id: n.id, noteId: n.edits, at: n.at, text: n.text })
    .from(n)
    .where(inArray(n.edits, ids))
    .orderBy(n.id);
  return rows.map((row) => ({ ...row, noteId: row.noteId ?? row.id, at: row.at.toISOString() }));
}

async function versionsAbout(db: Database, ids: string[], customers: SQL): Promise<Version[]> {
  const noteId = sql<string>`${a.after}->>'edits'`;
  const rows = await db
    .select({ id: a.id, noteId, at: a.at, text: a.reason })
    .from(a)
    .where(
      sql`${isAboutCustomer(a)} and (${a.after}->>'customer') = any(${customers}) and ${noteId} = any(${sql.param(ids)}::text[])`,
    )
    .orderBy(a.id);
  return rows.map((row) => ({ ...row, at: row.at.toISOString(), text: row.text ?? "" }));
}

async function mentionsOf(db: Database, ids: string[]): Promise<{ noteId: string; name: string; isRead: boolean }[]> {
  const { rows } = await db.execute<{ note_id: string; name: string; is_read: boolean }>(sql`
    select m.note_id, st.name, m.read_at is not null as is_read from note_mentions m
    join staff st on st.tenant_id = split_part(m.staff_id, ':', 1) and st.object_id = split_part(m.staff_id, ':', 2)
    where m.note_id = any(${sql.param(ids)}::uuid[]) order by m.id`);
  return rows.map((row) => ({ noteId: row.note_id, name: row.name, isRead: row.is_read }));
}
