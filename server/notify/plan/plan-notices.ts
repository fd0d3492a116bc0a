/** Decides which messages about needs and events are due, and puts them into the outbox. */
import { sql } from "drizzle-orm";
import type { Frequency, NoticeType, NotificationRule } from "../../../shared/notifications.ts";
import { noticeMessageType } from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { newId } from "../../database/statements/new-id.ts";
import { isNoticeDue, isQuiet, byFrequency } from "../../domain/notification-times.ts";
import type { SeenNeed } from "./seen-needs.ts";
import { type Subscriber, type Subscribers, targetsOf } from "./subscribers.ts";
import { type EventsOf, readWaitingEvents, takeWaitingEvents } from "./track-events.ts";
import { createViewMatches, type ViewMatches } from "./view-matches.ts";

export type PlannedNotice = {
  target: string;
  type: NoticeType;
  frequency: Frequency;
  needIds?: number[];
  eventsOf?: EventsOf[];
};

/** What a subscriber's rules of one frequency want to send to one target. */
type Gathered = {
  subscriber: Subscriber;
  target: string;
  frequency: Frequency;
  needIds: number[];
  hasEvents: boolean;
  oldestAt: Date;
};

/**
 * New needs and events, by the rules of everyone. Each subscriber's rules are due on their own: a rule that is not due does not
 * affect the others. What is due for a target at the same time is one message.
 */
export async function planNews(
  tx: Executor,
  subscribers: Subscribers,
  waiting: SeenNeed[],
  now: Date,
): Promise<PlannedNotice[]> {
  const gathered = await gatherNews(tx, subscribers, waiting, now);
  const last = await readLast(tx, now);
  const due = gathered.filter(({ subscriber, target, frequency, oldestAt }) =>
    isNoticeDue(frequency, subscriber.settings, { oldestAt, lastAt: last.get(target) ?? null }, now),
  );
  return [...Map.groupBy(byFrequency(due), ({ target }) => target)].map(([target, parts]) => ({
    target,
    type: "needs",
    frequency: parts[0]?.frequency ?? "now",
    needIds: [...new Set(parts.flatMap(({ needIds }) => needIds))],
    eventsOf: parts.flatMap(({ subscriber, frequency, hasEvents }) =>
      hasEvents ? [{ subscriber: subscriber.id, frequency }] : [],
    ),
  }));
}

async function gatherNews(tx: Executor, subscribers: Subscribers, waiting: SeenNeed[], now: Date): Promise<Gathered[]> {
  const { list, targets } = subscribers;
  const notified = await readNotified(tx, waiting, "needs");
  const busy = await readBusyTargets(tx);
  const matches = createViewMatches(tx, [...new Set(waiting.flatMap(({ subscriptionId }) => subscriptionId ?? []))]);
  const gathered = new Map<string, Gathered>();

  function gather(subscriber: Subscriber, target: string, frequency: Frequency, at: Date): Gathered {
    const key = `${subscriber.id} ${frequency} ${target}`;
    const of = gathered.get(key) ?? {
      subscriber,
      target,
      frequency,
      needIds: [],
      hasEvents: false,
      oldestAt: at,
    };
    gathered.set(key, of);
    if (at < of.oldestAt) of.oldestAt = at;
    return of;
  }

  for (const subscriber of list) {
    for (const rule of subscriber.settings.rules) {
      // A target gets its next message after the previous one has been sent.
      const free = targetsOf(subscribers, subscriber, rule).filter(({ id }) => !busy.has(id));
      if (free.length === 0 || rule.events) continue;
      const matched = await matchingNeeds(matches, subscriber, rule, waiting);
      for (const { id: target, since } of free) {
        for (const { seenId, waitsSince } of matched) {
          if (waitsSince < subscriber.since || waitsSince < since || notified.has(`${seenId} ${target}`)) continue;
          gather(subscriber, target, rule.frequency, waitsSince).needIds.push(seenId);
        }
      }
    }
  }
  const byId = new Map(list.map((subscriber) => [subscriber.id, subscriber]));
  for (const { target, subscriber: id, frequency, oldestAt } of await readWaitingEvents(tx, now)) {
    const subscriber = byId.get(id);
    if (!subscriber || busy.has(target) || !targets.has(target)) continue;
    gather(subscriber, target, frequency, oldestAt).hasEvents = true;
  }
  return [...gathered.values()];
}

async function matchingNeeds(
  matches: ViewMatches,
  { id, isStaff }: Subscriber,
  { kinds, scope }: NotificationRule,
  waiting: SeenNeed[],
): Promise<SeenNeed[]> {
  const ofKinds = kinds === null ? waiting : waiting.filter(({ kind }) => kinds.includes(kind));
  if (scope === "all" || ofKinds.length === 0) return ofKinds;
  if (scope === "mine") return isStaff ? ofKinds.filter(({ ownerId }) => ownerId === id) : [];
  const matched = await matches(scope.viewId, id);
  return ofKinds.filter(({ subscriptionId }) => subscriptionId !== null && matched.has(subscriptionId));
}

/** `need target` of what has been notified since the need began to wait. */
export async function readNotified(tx: Executor, waiting: SeenNeed[], type: NoticeType): Promise<Set<string>> {
  const { rows } = await tx.execute<{ notified: string }>(sql`
    select t.need_id || ' ' || t.target as notified
    from seen_needs n join notice_needs t on t.need_id = n.id and t.type = ${type}
    where n.id = any(${sql.param(waiting.map(({ seenId }) => seenId))}::bigint[]) and (n.snoozed_until is null
      or exists (select from notices o where o.id = t.notice_id and o.created_at >= n.snoozed_until))`);
  return new Set(rows.map(({ notified }) => notified));
}

/** When each target got its last immediate message. */
async function readLast(tx: Executor, now: Date): Promise<Map<string, Date>> {
  const since = new Date(now.getTime() - 86_400_000).toISOString();
  const { rows } = await tx.execute<{ target: string; at: string }>(sql`
    select target, max(created_at) as at from notices
    where frequency = 'now' and type = 'needs' and created_at > ${since}::timestamptz group by target`);
  return new Map(rows.map(({ target, at }) => [target, new Date(at)]));
}

async function readBusyTargets(tx: Executor): Promise<Set<string>> {
  const { rows } = await tx.execute<{ lane: string }>(sql`
    select distinct lane from outbox_messages where state = 'waiting' and type = ${noticeMessageType}`);
  return new Set(rows.map(({ lane }) => lane));
}

/** Stores notices and their messages in the outbox. In the target's quiet hours none: they are planned again afterwards. */
export async function createNotices(
  tx: Executor,
  { targets }: Pick<Subscribers, "targets">,
  planned: PlannedNotice[],
  now: Date,
): Promise<void> {
  for (const { target, type, frequency, needIds = [], eventsOf = [] } of planned) {
    const found = targets.get(target);
    if (found === undefined || isQuiet(found.settings, now)) continue;
    const { receiver } = found;
    const id = newId(now);
    await tx.execute(sql`
      with notice as (
        insert into notices (id, type, target, frequency, created_at)
        values (${id}::uuid, ${type}, ${target}, ${frequency}, ${now.toISOString()}::timestamptz)),
      message as (
        insert into outbox_messages (receiver_id, lane, message_id, about, type, state, created_at)
        values (${receiver}::uuid, ${target}, ${id}::uuid, ${id}, ${noticeMessageType}, 'waiting', now())),
      lane as (
        insert into outbox_lanes (receiver_id, lane, due_at) values (${receiver}::uuid, ${target}, now())
        on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1)
      select`);
    await tx.execute(sql`
      insert into notice_needs (notice_id, need_id, target, type)
      select ${id}::uuid, need_id, ${target}, ${type} from unnest(${sql.param(needIds)}::bigint[]) as need_id`);
    if (eventsOf.length > 0) await takeWaitingEvents(tx, id, { target, of: eventsOf }, now);
  }
}
