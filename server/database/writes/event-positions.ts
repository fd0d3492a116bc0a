/** Gives committed events their positions in the feed, and addresses them to the endpoints that want them. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { lockKey } from "../statements/advisory-locks.ts";

/** No one else assigns positions until the transaction ends. */
export async function lockPositions(tx: Executor): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockKey("eventPositions")})`);
}

async function tryLockPositions(tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${lockKey("eventPositions")}) as locked`,
  );
  return rows[0]?.locked ?? false;
}

/** Messages, or events without receivers, that one statement creates; a reader far behind takes several rounds. */
const batchSize = 5_000;

/**
 * Assigns a position to each committed event without one, and creates its messages. One transaction at a time, so
 * that positions follow commits: a reader by position, the feed or a lane of messages, misses nothing.
 * @param options.isAll also those beyond the first batch
 * @returns whether there may be more
 * @param options.canSkip do not wait while someone else assigns them
 */
export async function assignPositions(
  db: Database,
  { isAll, canSkip = false }: { isAll: boolean; canSkip?: boolean },
): Promise<{ isMore: boolean }> {
  for (;;) {
    const waiting = await db.execute(sql`select from events where position is null limit 1`);
    if (waiting.rowCount === 0) return { isMore: false };
    const hasAssigned = await db.transaction(async (tx) => {
      if (canSkip && !(await tryLockPositions(tx))) return false;
      if (!canSkip) await lockPositions(tx);
      // Its snapshot is taken after the lock, so it sees all earlier positions.
      await tx.execute(assign);
      return true;
    });
    if (!isAll || !hasAssigned) return { isMore: true };
  }
}

/** Endpoints that are removed or disabled get no message; `resend-messages.ts` adds those later if staff want them. */
const assign = sql`
  with last as (select coalesce(max(position), 0) as position from events where position is not null),
    next as (
      select id, row_number() over (order by sequence nulls first, id) as place
      from (
        select id, sequence from events where position is null order by sequence nulls first, id
        limit (select ${batchSize} / greatest(1, count(*)) from outbox_receivers where state in ('active', 'paused'))
      ) waiting),
    positioned as (
      update events set position = last.position + next.place from next, last where events.id = next.id
      returning events.id, events.position),
    addressed as (
      insert into outbox_messages
        (receiver_id, lane, message_id, about, type, subscription_id, state, created_at)
      select e.id, a.subscription_id, a.id, a.id::text, a.kind, a.subscription_id, 'waiting', now()
      from positioned p
      join activity a on a.id = p.id
      left join subscriptions s on s.id = a.subscription_id
      join endpoints e on (e.event_types is null or a.kind = any(e.event_types))
        and (e.offer_ids is null or s.offer_id = any(e.offer_ids))
      join outbox_receivers r on r.id = e.id and r.state in ('active', 'paused')
      order by p.position, e.id
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane),
    queued as (
      insert into outbox_lanes (receiver_id, lane, due_at)
      select distinct receiver_id, lane, now() from addressed order by receiver_id, lane
      on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1)
  select count(*)::int as count from positioned`;
