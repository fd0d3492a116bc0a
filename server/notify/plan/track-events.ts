/** Keeps the events that someone wants to be notified of, until their message is due. */
import { sql } from "drizzle-orm";
import {
  type Frequency,
  type NotificationRule,
  type NotifiedEvent,
  notifiedEvents,
} from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { byFrequency } from "../../domain/notification-times.ts";
import { type Subscriber, type Subscribers, targetsOf } from "./subscribers.ts";
import { createViewMatches, type ViewMatches } from "./view-matches.ts";

/** Older events are not announced, because they would look new. */
const maxAge = sql.raw("interval '1 day'");
/** Events that could not be sent in this time are dropped too: their reader was blocked, or the mail server unreachable. */
const maxWaitDays = 3;

type SeenEvent = {
  id: string;
  kind: NotifiedEvent;
  subscriptionId: string;
  at: Date;
  /** The member of staff who did it. */
  staffId: string | null;
  ownerId: string | null;
};

/** The events that wait for a subscriber's message of this frequency. */
export type EventsOf = { subscriber: string; frequency: Frequency };
export type WaitingEvents = EventsOf & { target: string; oldestAt: Date };

/** Stores the events since the last round for each subscriber whose rules include them. */
export async function trackEvents(tx: Executor, subscribers: Subscribers, now: Date): Promise<void> {
  const events = await readNews(tx, now);
  if (events.length === 0) return;
  const matches = createViewMatches(tx, [...new Set(events.map(({ subscriptionId }) => subscriptionId))]);
  const rows = [];
  for (const subscriber of subscribers.list) {
    // If several rules of a subscriber name the same target, the most frequent one counts.
    for (const rule of byFrequency(subscriber.settings.rules)) {
      const matched = await matchingEvents(matches, subscriber, rule, events);
      for (const { id, at } of matched) {
        for (const target of targetsOf(subscribers, subscriber, rule)) {
          if (at < subscriber.since || at < target.since) continue;
          rows.push({ event_id: id, target: target.id, subscriber: subscriber.id, frequency: rule.frequency });
        }
      }
    }
  }
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into notice_events (event_id, target, subscriber, frequency, seen_at)
    select event_id, target, subscriber, frequency, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(event_id uuid, target text, subscriber text, frequency text)
    on conflict do nothing`);
}

/** The position is stored together with what is made of them, so each event is read once. The first time, all are old. */
async function readNews(tx: Executor, now: Date): Promise<SeenEvent[]> {
  await tx.execute(sql`
    insert into notice_event_position (id, position)
    select 'all', coalesce((select max(position) from events where position is not null), 0) on conflict do nothing`);
  const { rows } = await tx.execute<{
    id: string;
    kind: NotifiedEvent;
    subscription_id: string;
    at: string;
    staff_id: string | null;
    owner_id: string | null;
  }>(sql`
    with news as materialized (
      select n.id, n.position from events n
      where n.position > (select position from notice_event_position) order by n.position limit 1000),
    moved as (
      update notice_event_position set position = (select max(position) from news) where exists (select from news))
    select a.id, a.kind, a.subscription_id, a.at, case a.actor_kind when 'staff' then a.actor_id end as staff_id, s.owner_id
    from news join activity a on a.id = news.id left join subscriptions s on s.id = a.subscription_id
    where a.kind = any(${sql.param(notifiedEvents)}::text[]) and a.subscription_id is not null
      and a.at > ${now.toISOString()}::timestamptz - ${maxAge}
    order by news.position`);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subscriptionId: row.subscription_id,
    at: new Date(row.at),
    staffId: row.staff_id,
    ownerId: row.owner_id,
  }));
}

async function matchingEvents(
  matches: ViewMatches,
  { id, isStaff }: Subscriber,
  { events: wanted, scope }: NotificationRule,
  events: SeenEvent[],
): Promise<SeenEvent[]> {
  // People are not notified of their own actions.
  const ofKinds = events.filter(({ kind, staffId }) => wanted?.includes(kind) && !(isStaff && staffId === id));
  if (scope === "all" || ofKinds.length === 0) return ofKinds;
  if (scope === "mine") return isStaff ? ofKinds.filter(({ ownerId }) => ownerId === id) : [];
  const matched = await matches(scope.viewId, id);
  return ofKinds.filter(({ subscriptionId }) => matched.has(subscriptionId));
}

/** Grouped, because after a burst there are many events for many targets. */
export async function readWaitingEvents(tx: Executor, now: Date): Promise<WaitingEvents[]> {
  const { rows } = await tx.execute<{
    target: string;
    subscriber: string;
    frequency: Frequency;
    oldest_at: string;
  }>(sql`
    select e.target, e.subscriber, e.frequency, min(e.seen_at) as oldest_at
    from notice_events e where ${isWaiting(now)} group by e.target, e.subscriber, e.frequency`);
  return rows.map(({ oldest_at: oldestAt, ...row }) => ({ ...row, oldestAt: new Date(oldestAt) }));
}

/** Gives a notice the events that wait for it. Their rows of other subscribers are removed: each event is sent once. */
export async function takeWaitingEvents(
  tx: Executor,
  noticeId: string,
  { target, of }: { target: string; of: EventsOf[] },
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    with taken as materialized (
      select distinct on (e.event_id) e.event_id, e.subscriber from notice_events e
      join jsonb_to_recordset(${JSON.stringify(of)}::jsonb) as o(subscriber text, frequency text)
        on o.subscriber = e.subscriber and o.frequency = e.frequency
      where ${isWaiting(now)} and e.target = ${target} order by e.event_id, e.subscriber),
    others as (
      delete from notice_events e using taken t
      where e.event_id = t.event_id and e.target = ${target} and e.subscriber <> t.subscriber)
    update notice_events e set notice_id = ${noticeId}::uuid from taken t
    where e.event_id = t.event_id and e.target = ${target} and e.subscriber = t.subscriber`);
}

/** Events from before the subscriber's last change of rules are left out. */
function isWaiting(now: Date) {
  return sql`e.notice_id is null and e.seen_at > ${cutoffOf(now)}::timestamptz and not exists (
    select from notification_settings n where n.subscriber = e.subscriber and n.since > e.seen_at)`;
}

export async function forgetOldEvents(tx: Executor, now: Date): Promise<void> {
  await tx.execute(sql`delete from notice_events where notice_id is null and seen_at <= ${cutoffOf(now)}::timestamptz`);
}

function cutoffOf(now: Date): string {
  return new Date(now.getTime() - maxWaitDays * 86_400_000).toISOString();
}
