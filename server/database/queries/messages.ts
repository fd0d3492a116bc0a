/** Reads messages: the list, and one with its attempts. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { MessageFilters } from "../../../shared/inputs/outbox.ts";
import type { MessageRow, MessageView } from "../../../shared/views/messages.ts";
import type { Page } from "../../../shared/views/page.ts";
import { marksOf } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { endpoints } from "../schema/endpoints.ts";
import { channels } from "../schema/notices.ts";
import { outboxAttempts, outboxLanes, outboxMessages as m, outboxReceivers as r } from "../schema/outbox.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { decodeCursor, ForeignCursor, pageOf, sizeOfPage } from "../statements/keyset.ts";

/** Messages before it in its lane that still wait. */
const waitsFor = sql<number>`(
  select count(*)::int from outbox_messages earlier
  where ${m.state} = 'waiting' and earlier.receiver_id = ${m.receiverId} and earlier.lane = ${m.lane} and earlier.state = 'waiting'
    and earlier.id < ${m.id})`;

const columns = {
  message: m,
  receiverKind: r.kind,
  receiverName: sql<
    string | null
  >`coalesce(${endpoints.name}, ${channels.name}, case ${r.kind} when 'mail' then 'Email' when 'push' then 'Browser notifications' end)`,
  subscriptionName: s.name,
  offerId: s.offerId,
  laneDueAt: outboxLanes.dueAt,
  receiverState: r.state,
  receiverWaitsUntil: r.waitsUntil,
  waitsFor,
};

function select(db: Database) {
  return db
    .select(columns)
    .from(m)
    .innerJoin(r, eq(r.id, m.receiverId))
    .leftJoin(endpoints, eq(endpoints.id, m.receiverId))
    .leftJoin(channels, eq(channels.id, m.receiverId))
    .leftJoin(s, eq(s.id, m.subscriptionId))
    .leftJoin(outboxLanes, and(eq(outboxLanes.receiverId, m.receiverId), eq(outboxLanes.lane, m.lane)))
    .$dynamic();
}

type Row = Awaited<ReturnType<typeof select>>[number];

/** Null if no attempt is planned: an earlier message goes first, or the receiver gets nothing until staff resume it. */
function nextAttemptAt({ message, waitsFor: earlier, receiverState, laneDueAt, receiverWaitsUntil }: Row): Date | null {
  if (message.state !== "waiting" || earlier > 0 || receiverState !== "active" || laneDueAt === null) return null;
  return receiverWaitsUntil !== null && receiverWaitsUntil > laneDueAt ? receiverWaitsUntil : laneDueAt;
}

function rowOf(row: Row): MessageRow {
  const { message, receiverKind, receiverName, subscriptionName } = row;
  return {
    id: message.id,
    receiverKind,
    receiverId: message.receiverId,
    receiverName: receiverName ?? "",
    messageId: message.messageId,
    type: message.type,
    subscriptionId: message.subscriptionId,
    subscriptionName,
    state: message.state,
    attempts: message.attempts,
    problem: message.problem,
    createdAt: message.createdAt.toISOString(),
    endedAt: message.endedAt?.toISOString() ?? null,
    dueAt: nextAttemptAt(row)?.toISOString() ?? null,
  };
}

/** The newest first. */
export async function listMessages(db: Database, filters: MessageFilters): Promise<Page<MessageRow>> {
  const size = sizeOfPage(filters.cursor);
  const rows = await select(db)
    .where(
      and(
        filters.state && eq(m.state, filters.state),
        filters.receiver === undefined ? undefined : eq(m.receiverId, filters.receiver),
        filters.type === undefined ? undefined : eq(m.type, filters.type),
        filters.subscription === undefined ? undefined : eq(m.subscriptionId, filters.subscription),
        filters.cursor === undefined ? undefined : lt(m.id, rowIdOf(filters.cursor)),
      ),
    )
    .orderBy(desc(m.id))
    .limit(size + 1);
  return pageOf(rows, rowOf, ({ message }) => ({ value: null, id: String(message.id) }), size);
}

function rowIdOf(cursor: string): number {
  const { value, id } = decodeCursor(cursor);
  if (value !== null || !/^\d{1,15}$/.test(id)) throw new ForeignCursor();
  return Number(id);
}

/** Attempts shown of one message, the newest. */
const maxAttempts = 50;

/** One message with its attempts, the newest first; null if there is none. */
export async function findMessage(db: Database, id: number): Promise<MessageView | null> {
  const [row] = await select(db).where(eq(m.id, id));
  if (!row) return null;
  const [attempts, [entry]] = await Promise.all([
    db
      .select()
      .from(outboxAttempts)
      .where(eq(outboxAttempts.message, id))
      .orderBy(desc(outboxAttempts.id))
      .limit(maxAttempts),
    db.select({ summary: activity.summary }).from(activity).where(eq(activity.id, row.message.messageId)),
  ]);
  return {
    ...rowOf(row),
    summary: entry ? marksOf(row.offerId, entry.summary) : null,
    waitsFor: row.waitsFor,
    attemptList: attempts.map(({ message: _, at, ...attempt }) => ({ ...attempt, at: at.toISOString() })),
  };
}
