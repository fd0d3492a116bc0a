/** Claims of operations. An operation is its own job: due at a time, claimed by one worker, released after each run. */
import { sql } from "drizzle-orm";
import type { Database, Executor } from "../connection/database.ts";
import { changesChannel } from "../record/record.ts";
import { rawRowWriter, rowReader } from "../statements/raw-rows.ts";
import { operations } from "../schema/operations.ts";

export type Operation = typeof operations.$inferSelect;
export const readOperationRow = rowReader(operations);
/** The columns of a patch, for `jsonb_populate_record`. */
export const rawOperation = rawRowWriter(operations);

/** All workers listen on it for work that none of them created. */
export const workChannel = "marketdesk_work";

/** The most new operations that open pages are notified of individually. */
const maxAnnounced = 40;

/**
 * By the database's clock, with a millisecond for the rounding of `due_at`. Of each subscription only one operation at a
 * time, the oldest that is due. This only avoids contention between runs; the conditions of each write keep anything from being
 * done twice.
 *
 * The other operations of a subscription are looked up for each row (a subquery, no join): a join would be planned for few
 * claimed operations, and then go through all of them for each row. So a claim costs the same for any number of waiting and
 * claimed operations.
 */
const claim = `
with free as materialized (
  select o.id from operations o
  where o.due_at <= now() + interval '1 millisecond' and o.claimed_by is null
    and (select true from operations other
      where other.subscription_id = o.subscription_id and other.stage <> 'settled' and other.id <> o.id
        and (other.claimed_by is not null or (other.due_at, other.id) < (o.due_at, o.id))
      limit 1) is null
  order by o.due_at limit $2 for update of o skip locked
), claimed as (
  update operations o set claimed_by = $1, claimed_at = now() from free where o.id = free.id
  returning o.*
), fresh as (
  select subscription_id from claimed where stage = 'received' and attempts = 0
), notified as (
  select pg_notify('${changesChannel}', case when count(*) <= ${maxAnnounced}
    then json_agg(json_build_object('topic', 'delivery', 'subscriptionId', subscription_id))::text
    else '[{"topic":"delivery","subscriptionId":null}]' end)
  from fresh having count(*) > 0
)
select claimed.* from claimed left join notified on true order by due_at`;

/** Claims due operations, the earliest first. Two workers never get the same one. */
export async function claimDue(db: Database, { by, limit }: { by: string; limit: number }): Promise<Operation[]> {
  const { rows } = await db.$client.query<Record<string, unknown>>({
    name: "claim-due",
    text: claim,
    values: [by, limit],
  });
  return rows.map(readOperationRow);
}

/** Releases a worker's claims, except those it is still working on. */
export async function releaseClaims(db: Database, { by, except }: { by: string; except: string[] }): Promise<void> {
  await db.execute(
    sql`update operations set claimed_by = null where claimed_by = ${by} and id <> all(${sql.param(except)}::uuid[])`,
  );
}

/** Wakes the workers of all instances once the caller's transaction commits. */
export async function wakeWorkers(db: Executor): Promise<void> {
  await db.execute(sql`select pg_notify(${workChannel}, '')`);
}

/** Releases operations that a worker has held for too long. Returns how many. */
export async function reviveOperations(db: Database, claimTimeoutMs: number): Promise<number> {
  const revived = await db.execute(sql`
    update operations set claimed_by = null where id in (
      select id from operations where claimed_by is not null and claimed_at < now() - make_interval(secs => ${claimTimeoutMs / 1_000})
      for update skip locked)
    returning id`);
  return revived.rows.length;
}

/**
 * Retries Microsoft's stuck operations if Microsoft has since responded about their subscription. Our own changes
 * are left to staff, except those of ended subscriptions, for which nothing more is sent. Returns how many.
 */
export async function retryAnswered(db: Database): Promise<number> {
  const { rowCount } = await db.execute(sql`
    update operations o set stuck_at = null, attempts = 0, due_at = now()
    from subscriptions s left join subscription_listings l on l.subscription_id = s.id
    where o.stuck_at is not null and (o.source = 'Azure' or s.status = 'Unsubscribed') and s.id = o.subscription_id
      and greatest(s.synced_at, l.listed_at) > o.stuck_at`);
  if (rowCount) await wakeWorkers(db);
  return rowCount ?? 0;
}

/**
 * How many operations are not settled and not stuck.
 *
 * @param isFastForward what waits for its next try becomes due immediately
 */
export async function advanceDueTimes(db: Database, isFastForward: boolean): Promise<number> {
  const { rows } = await db.execute<{ open: number }>(sql`
    with hurried as (
      update operations set due_at = now() where ${isFastForward} and due_at > now() and claimed_by is null
    )
    select count(*)::int as open from operations where due_at is not null`);
  return rows[0]?.open ?? 0;
}
