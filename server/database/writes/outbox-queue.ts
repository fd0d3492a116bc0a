/** Puts messages into their lanes again. All that add work to a lane raise its version. */
import { sql, type SQL } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";

const queued = sql`
  on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1, due_at = least(outbox_lanes.due_at, excluded.due_at)`;

/** Messages that have ended wait again. @param resendId the request for many that they belong to */
export async function queueMessages(tx: Executor, ids: number[], resendId: string | null): Promise<void> {
  await requeue(tx, sql`id = any(${sql.param(ids)}::bigint[])`, resendId);
}

/** The same for messages that were not delivered to a receiver since a time. */
export function queueUndelivered(tx: Executor, resend: QueuedResend): Promise<number> {
  const ids = sql`select id from outbox_messages where ${undelivered(resend)} order by id limit ${resend.max}`;
  return requeue(tx, sql`id in (${ids})`, resend.resendId);
}

async function requeue(tx: Executor, condition: SQL, resendId: string | null): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    with waiting as (
      update outbox_messages set state = 'waiting', attempts = 0, first_attempt_at = null, problem = null, ended_at = null,
        resend_id = ${resendId}
      where ${condition} and state <> 'waiting'
      returning receiver_id, lane),
    lanes as (
      insert into outbox_lanes (receiver_id, lane, due_at)
      select distinct receiver_id, lane, now() from waiting order by receiver_id, lane ${queued})
    select count(*)::int as count from waiting`);
  return rows[0]?.count ?? 0;
}

/** Makes lanes of a receiver due now, locked in the order in which senders lock them. @param lanes all if not given */
export async function releaseLanes(tx: Executor, receiverId: string, lanes: SQL = sql`true`): Promise<void> {
  await tx.execute(sql`
    update outbox_lanes l set due_at = now() from (
      select receiver_id, lane from outbox_lanes where receiver_id = ${receiverId} and ${lanes} order by receiver_id, lane for update
    ) locked
    where l.receiver_id = locked.receiver_id and l.lane = locked.lane`);
}

/** Lanes whose messages end together when an endpoint is removed. */
const stopBatch = 2_000;

/** Ends the waiting messages of some lanes of a receiver that gets no new ones. @returns how many lanes ended; 0 if no lane is left */
export async function stopWaiting(tx: Executor, receiverId: string, now: Date): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    with locked as materialized (
      select receiver_id, lane from outbox_lanes where receiver_id = ${receiverId} order by receiver_id, lane limit ${stopBatch} for update),
    stopped as (
      update outbox_messages m set state = 'stopped', ended_at = ${now.toISOString()}::timestamptz from locked
      where m.receiver_id = locked.receiver_id and m.lane = locked.lane and m.state = 'waiting'),
    ended as (
      delete from outbox_lanes l using locked where l.receiver_id = locked.receiver_id and l.lane = locked.lane returning l.lane)
    select count(*)::int as count from ended`);
  return rows[0]?.count ?? 0;
}

export type Resend = { receiverId: string; since: Date };
/** @property max of messages, so that a count that was exceeded costs little */
export type QueuedResend = Resend & { resendId: string; max: number };

/** Test messages are not sent again. */
function undelivered({ receiverId, since }: Resend): SQL {
  return sql`receiver_id = ${receiverId} and state in ('failed', 'stopped') and type <> 'endpoint.test'
    and created_at >= ${since.toISOString()}::timestamptz`;
}

export async function countUndelivered(tx: Executor, resend: Resend): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from outbox_messages where ${undelivered(resend)}`,
  );
  return rows[0]?.count ?? 0;
}

/** Events that an endpoint's types and offers include, and of which it has no message. */
function missing({ receiverId, since }: Resend): SQL {
  return sql`
    from events n
    join activity a on a.id = n.id
    left join subscriptions s on s.id = a.subscription_id
    join endpoints e on e.id = ${receiverId}
      and (e.event_types is null or a.kind = any(e.event_types))
      and (e.offer_ids is null or s.offer_id = any(e.offer_ids))
    where n.position is not null and a.at >= ${since.toISOString()}::timestamptz
      and not exists (select from outbox_messages m where m.receiver_id = e.id and m.about = n.id::text)`;
}

export async function countMissing(tx: Executor, resend: Resend): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`select count(*)::int as count ${missing(resend)}`);
  return rows[0]?.count ?? 0;
}

/** Creates messages of those events, in the order of the feed. @returns how many */
export async function queueMissing(tx: Executor, resend: QueuedResend): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    with added as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at, resend_id)
      select e.id, a.subscription_id, a.id, a.id::text, a.kind, a.subscription_id, 'waiting', now(), ${resend.resendId}::uuid
      ${missing(resend)} order by n.position limit ${resend.max}
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane),
    lanes as (
      insert into outbox_lanes (receiver_id, lane, due_at)
      select distinct receiver_id, lane, now() from added order by receiver_id, lane ${queued})
    select count(*)::int as count from added`);
  return rows[0]?.count ?? 0;
}
