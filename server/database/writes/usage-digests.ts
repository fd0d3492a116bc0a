/** Digests of days of usage. In transactions that hold their lock. */
import { sql } from "drizzle-orm";
import type { Day } from "../../../shared/day.ts";
import { differentDuplicate } from "../../domain/usage/answer.ts";
import type { Executor } from "../connection/database.ts";
import type { DigestEntry, SubscriptionDigest } from "../record/usage-digest.ts";

/** Microsoft's 24 hours after the day, and two for what is in progress then. */
const settledHours = 26;

/**
 * The first day without a digest; null if usage of that day can still change. An hour for which Microsoft has accepted another
 * quantity can wait for staff for weeks, so the day does not wait for it.
 */
export async function dayToDigest(tx: Executor, now: Date): Promise<Day | null> {
  const { rows } = await tx.execute<{ day: Day }>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day from (
      select (min(hour) at time zone 'UTC')::date as day from usage_slots
      where hour >= coalesce((select max(day) + 1 from usage_digest_days), '2000-01-01'::date)::timestamp at time zone 'UTC') d,
      lateral (select (d.day + 1)::timestamp at time zone 'UTC' as ends_at) e
    where e.ends_at + make_interval(hours => ${settledHours}) <= ${now.toISOString()}::timestamptz
      and not exists (select from usage_slots where state = 'collecting' and hour < e.ends_at)
      and not exists (select from usage_slots where state = 'waiting' and hour < e.ends_at)
      and not exists (select from usage_slots where late > 0 and hour < e.ends_at)
      and not exists (select from usage_slots where state in ('held', 'rejected') and hour < e.ends_at
        and problem is distinct from ${differentDuplicate})`);
  return rows[0]?.day ?? null;
}

/** A day with an hour that was open in its last digest and is decided now. */
export async function decidedLater(tx: Executor): Promise<Day | null> {
  const { rows } = await tx.execute<{ day: Day }>(sql`
    select to_char(d.day, 'YYYY-MM-DD') as day from usage_digests d join usage_digest_days g on g.id = d.entry_id
    where d.open > 0 and not exists (
        select from usage_digests l where l.day = d.day and l.subscription_id = d.subscription_id and l.entry_id > d.entry_id)
      and exists (
        select from usage_slots u where u.subscription_id = d.subscription_id and u.ended_at > g.taken_at
          and u.hour >= d.day::timestamp at time zone 'UTC' and u.hour < (d.day + 1)::timestamp at time zone 'UTC')
    order by d.day limit 1`);
  return rows[0]?.day ?? null;
}

export async function writeDigests(
  tx: Executor,
  { id, day }: { id: string; day: Day },
  digests: SubscriptionDigest[],
): Promise<void> {
  if (digests.length === 0) return;
  const rows = digests.map(({ leaves, ...digest }) => ({
    ...digest,
    open: leaves.filter(({ isOpen }) => isOpen).length,
    leaves,
  }));
  await tx.execute(sql`
    insert into usage_digests (entry_id, subscription_id, day, digest, ends_on, open, leaves)
    select ${id}::uuid, r."subscriptionId", ${day}::date, r.digest, r."endsOn", r.open, r.leaves
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("subscriptionId" text, digest text, "endsOn" date, open int, leaves jsonb)`);
}

export async function digestDay(tx: Executor, id: string, { day, takenAt, endsOn }: DigestEntry): Promise<void> {
  await tx.execute(sql`
    insert into usage_digest_days (id, day, taken_at, ends_on) values (${id}::uuid, ${day}::date, ${takenAt}::timestamptz, ${endsOn}::date)`);
}
