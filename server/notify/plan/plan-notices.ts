/** Decides which messages about needs are due, and puts them into the outbox. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Frequency, NoticeType, NotificationRule } from "../../../shared/notifications.ts";
import { noticeMessageType } from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { matching, resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { savedViews } from "../../database/schema/saved-views.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { newId } from "../../database/statements/new-id.ts";
import { isNoticeDue } from "../../domain/notification-times.ts";
import type { SeenNeed } from "./seen-needs.ts";
import type { Subscriber, Subscribers } from "./subscribers.ts";

export type PlannedNotice = { target: string; type: NoticeType; frequency: Frequency; needIds: number[] };

/** New needs, by the rules of everyone. */
export async function planNeeds(
  tx: Executor,
  { list, receivers }: Subscribers,
  open: SeenNeed[],
  now: Date,
): Promise<PlannedNotice[]> {
  const notified = await readNotified(tx, open, "needs");
  const last = await readLast(tx, now);
  const busy = await readBusyTargets(tx);
  const matches = createViewMatches(tx, open);
  const planned = new Map<string, PlannedNotice & { subscriber: Subscriber; oldestAt: Date }>();
  for (const subscriber of list) {
    for (const rule of subscriber.settings.rules) {
      const target = rule.via === "mail" ? subscriber.id : rule.via;
      // Mail is for people. A target whose last message still waits gets the next one afterwards.
      if (!receivers.has(target) || (rule.via === "mail" && !subscriber.isStaff) || busy.has(target)) continue;
      const matched = await matchingNeeds(matches, subscriber, rule, open);
      for (const need of matched) {
        if (need.firstSeenAt < subscriber.since || notified.has(`${need.seenId} ${target}`)) continue;
        notified.add(`${need.seenId} ${target}`);
        const key = `${target} ${rule.frequency}`;
        const notice = planned.get(key);
        if (notice) {
          notice.needIds.push(need.seenId);
          if (need.firstSeenAt < notice.oldestAt) notice.oldestAt = need.firstSeenAt;
        } else {
          planned.set(key, {
            target,
            type: "needs",
            frequency: rule.frequency,
            needIds: [need.seenId],
            subscriber,
            oldestAt: need.firstSeenAt,
          });
        }
      }
    }
  }
  return [...planned.values()].filter(({ target, frequency, subscriber, oldestAt }) =>
    isNoticeDue(frequency, subscriber.settings, { oldestAt, lastAt: last.get(target) ?? null }, now),
  );
}

async function matchingNeeds(
  matches: ReturnType<typeof createViewMatches>,
  { id, isStaff }: Subscriber,
  { kinds, scope }: NotificationRule,
  open: SeenNeed[],
): Promise<SeenNeed[]> {
  const ofKinds = kinds === null ? open : open.filter(({ kind }) => kinds.includes(kind));
  if (scope === "all" || ofKinds.length === 0) return ofKinds;
  if (scope === "mine") return isStaff ? ofKinds.filter(({ ownerId }) => ownerId === id) : [];
  const matched = await matches(scope.viewId, id);
  return ofKinds.filter(({ subscriptionId }) => subscriptionId !== null && matched.has(subscriptionId));
}

/** The subscriptions with needs that match a view, for one person. Many people follow the same views, so each is read once. */
function createViewMatches(tx: Executor, open: SeenNeed[]) {
  const ids = [...new Set(open.flatMap(({ subscriptionId }) => subscriptionId ?? []))];
  const views = new Map<
    string,
    Promise<Pick<typeof savedViews.$inferSelect, "filters" | "ownerId" | "isShared"> | null>
  >();
  const matches = new Map<string, Promise<Set<string>>>();

  async function readView(id: string) {
    const [view] = await tx
      .select({ filters: savedViews.filters, ownerId: savedViews.ownerId, isShared: savedViews.isShared })
      .from(savedViews)
      .where(eq(savedViews.id, id));
    return view ?? null;
  }

  async function match(filters: Parameters<typeof matching>[0]) {
    const found = await tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .where(and(inArray(subscriptions.id, ids), matching(filters)));
    return new Set(found.map((row) => row.id));
  }

  return async (viewId: string, personId: string): Promise<Set<string>> => {
    const view = await once(views, viewId, () => readView(viewId));
    // Deleted, or made private by its owner.
    if (!view || (!view.isShared && view.ownerId !== personId)) return new Set();
    const filters = resolveOwnerMe(personId, view.filters);
    return once(matches, JSON.stringify(filters), () => match(filters));
  };
}

function once<Value>(known: Map<string, Value>, key: string, read: () => Value): Value {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}

/** `need target` of what has been notified. */
async function readNotified(tx: Executor, open: SeenNeed[], type: NoticeType): Promise<Set<string>> {
  const { rows } = await tx.execute<{ notified: string }>(sql`
    select need_id || ' ' || target as notified from notice_needs
    where type = ${type} and need_id = any(${sql.param(open.map(({ seenId }) => seenId))}::bigint[])`);
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

/** Stores notices and their messages in the outbox. */
export async function createNotices(
  tx: Executor,
  { receivers }: Pick<Subscribers, "receivers">,
  planned: PlannedNotice[],
  now: Date,
): Promise<void> {
  for (const { target, type, frequency, needIds } of planned) {
    const receiver = receivers.get(target);
    if (receiver === undefined || needIds.length === 0) continue;
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
  }
}
