/** The words of a message about needs and events, from their state when it is sent. */
import { sql } from "drizzle-orm";
import { isolated, isolatedIn } from "../../shared/foreign-text.ts";
import type { NoticeType } from "../../shared/notifications.ts";
import type { Database } from "../database/connection/database.ts";
import { fillNames } from "../database/queries/names.ts";
import { needKind } from "../needs/kinds.ts";
import { findNeed, type Need } from "../needs/read-needs.ts";
import type { Letter, LetterItem, LetterLink } from "./letter/letter.ts";
import { composeDigest } from "./digest-letter.ts";
import { readEventItems } from "./event-items.ts";
import { frame, instantIn, type NoticeContext } from "./notice-context.ts";

/** More would not be read; the rest is counted. */
const maxItems = 10;

/** A letter with the person it is for; null if all of its needs have been resolved. */
export type ComposedNotice = {
  letter: Letter;
  /** `tenant:object` of staff, or the id of a channel or browser. */
  target: string;
  frequency: string;
  /** The earlier notice that this one escalates or resolves. */
  repliesTo: string | null;
} | null;

type NoticeRow = { type: NoticeType; target: string; frequency: string; zone: string | null };
type NoticeNeed = { id: number; kind: string; subjectId: string; endedAt: Date | null; takenById: string | null };

export async function composeNotice(ctx: NoticeContext, noticeId: string): Promise<ComposedNotice> {
  const found = await ctx.db.execute<NoticeRow>(sql`
    select n.type, n.target, n.frequency, s.settings->>'zone' as zone from notices n
    left join push_browsers b on b.id::text = n.target
    left join notification_settings s on s.subscriber = coalesce(b.staff_id, n.target) where n.id = ${noticeId}::uuid`);
  const [notice] = found.rows;
  if (!notice) return null;
  const needs = await readNoticeNeeds(ctx.db, noticeId);
  const zone = notice.zone ?? "UTC";
  const composed =
    notice.type === "resolved"
      ? await composeResolved(ctx, notice.target, needs, zone)
      : notice.type === "digest"
        ? await composeDigest(ctx, notice.target)
        : await composeNews(ctx, { ...notice, id: noticeId }, needs, zone);
  if (composed === null) return null;
  const { target, frequency, type } = notice;
  const repliesTo = type === "resolved" ? await announcementOf(ctx.db, target, needs) : null;
  return { letter: await fillNames(ctx.db, composed), target, frequency, repliesTo };
}

async function readNoticeNeeds(db: Database, noticeId: string): Promise<NoticeNeed[]> {
  const { rows } = await db.execute<{
    id: number;
    kind: string;
    subject_id: string;
    ended_at: string | null;
    taken_by_id: string | null;
  }>(sql`
    select n.id::int, n.kind, n.subject_id, n.ended_at, n.taken_by_id
    from notice_needs t join seen_needs n on n.id = t.need_id
    where t.notice_id = ${noticeId}::uuid order by n.deadline nulls last, n.id`);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    takenById: row.taken_by_id,
  }));
}

/** The message that announced the needs, so that mail programs show both as one conversation. */
async function announcementOf(db: Database, target: string, needs: NoticeNeed[]): Promise<string | null> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select notice_id as id from notice_needs where target = ${target} and type in ('needs', 'escalated')
      and need_id = any(${sql.param(needs.map(({ id }) => id))}::bigint[]) order by notice_id limit 1`);
  return rows[0]?.id ?? null;
}

type Notice = NoticeRow & { id: string };

async function composeNews(
  ctx: NoticeContext,
  notice: Notice,
  needs: NoticeNeed[],
  zone: string,
): Promise<Letter | null> {
  const isEscalated = notice.type === "escalated";
  const open = needs.filter(({ endedAt, takenById }) => endedAt === null && !(isEscalated && takenById !== null));
  const shown: { need: Need; needId: number }[] = [];
  const over: NoticeNeed[] = [];
  for (const seen of open) {
    const { id, kind, subjectId } = seen;
    if (shown.length === maxItems) break;
    const need = await findNeed(ctx.db, ctx.now(), kind, subjectId);
    if (need === null || need.snooze !== null) over.push(seen);
    else shown.push({ need, needId: id });
  }
  await forgetOver(
    ctx.db,
    notice.id,
    [...needs.filter((need) => !open.includes(need)), ...over].map(({ id }) => id),
  );
  const count = open.length - over.length;
  const events = await readEventItems(ctx, notice.id, {
    announced: shown.flatMap(({ need }) => (need.kind === "suspension" ? (need.subscriptionId ?? []) : [])),
    maxItems: maxItems - shown.length,
    isAlone: count === 0,
    timeOf: (at) => instantIn(zone, at),
  });
  const [first] = shown;
  if (!first && events.count === 0) return null;
  const isSingle = count === 1 && events.count === 0;
  const needItems = shown.map(({ need, needId }) =>
    itemOf(ctx, need, ctx.links.make(notice.id, needId), zone, isSingle),
  );
  const items = [...needItems, ...events.items];
  const single =
    first && isSingle
      ? {
          what: needKind(first.need.kind).words(first.need).what,
          name: subjectOf(first.need),
          place: placeOf(first.need),
        }
      : events.single;
  const about = isolatedIn(single?.what ?? countsOf(count, events.count, isEscalated));
  const heading = isEscalated ? `No one has picked up: ${about}` : about;
  const hidden = count + events.count - items.length;
  return {
    ...frame(ctx, notice.target),
    subject: single ? `${heading} (${single.name})` : heading,
    preheader: first && isSingle ? (first.need.customer ?? "") : items.map(({ title }) => title).join(", "),
    heading,
    paragraphs: [
      ...(isEscalated ? ["You are next on the escalation list. Pick up the need, or snooze it with a reason."] : []),
      ...(hidden > 0
        ? [
            `The ${items.length} ${events.count > 0 ? "first" : "most urgent"} are below; ${hidden} more are in Marketdesk.`,
          ]
        : []),
    ],
    items,
    button: single
      ? { label: "Open in Marketdesk", href: ctx.publicUrl + single.place }
      : count > 0
        ? { label: "Open needs attention", href: `${ctx.publicUrl}/` }
        : { label: "Open activity", href: `${ctx.publicUrl}/activity` },
  };
}

/** `2 needs for your attention, 3 events`. */
function countsOf(needs: number, events: number, isEscalated: boolean): string {
  return [
    ...(needs > 0 ? [counted(needs, "need") + (isEscalated ? "" : " for your attention")] : []),
    ...(events > 0 ? [counted(events, "event")] : []),
  ].join(", ");
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Needs that were never announced, so no one is notified that they were resolved. */
async function forgetOver(db: Database, noticeId: string, needIds: number[]): Promise<void> {
  if (needIds.length === 0) return;
  await db.execute(sql`
    delete from notice_needs where notice_id = ${noticeId}::uuid and need_id = any(${sql.param(needIds)}::bigint[])`);
}

async function composeResolved(
  ctx: NoticeContext,
  target: string,
  needs: NoticeNeed[],
  zone: string,
): Promise<Letter | null> {
  const items: LetterItem[] = [];
  for (const { id, endedAt } of needs.slice(0, maxItems)) {
    const row = await readEnded(ctx.db, id);
    // The need is open again, so nothing is announced here; a new message follows.
    if (endedAt === null || row === null) continue;
    items.push({
      title: row.name,
      facts: [
        { label: "Need", value: row.group },
        { label: "Resolved", value: instantIn(zone, endedAt) + (row.by === null ? "" : ` by ${row.by}`) },
      ],
      text: "Nothing is left to do.",
      links:
        row.subscriptionId === null
          ? []
          : [{ label: "Open", href: `${ctx.publicUrl}/subscriptions/${row.subscriptionId}` }],
      isUrgent: false,
    });
  }
  const [first] = items;
  if (!first) return null;
  const heading = items.length === 1 ? `Resolved: ${first.title}` : `${items.length} needs are resolved`;
  return {
    ...frame(ctx, target),
    subject: heading,
    preheader: "Someone has resolved them. Nothing is left to do.",
    heading,
    paragraphs: [],
    items,
    button: null,
  };
}

async function readEnded(db: Database, needId: number) {
  const { rows } = await db.execute<{
    kind: string;
    subscription_id: string | null;
    name: string | null;
    by: string | null;
  }>(sql`
    select n.kind, n.subscription_id, s.name, (
      select a.actor_name from activity a where a.subscription_id = n.subscription_id and a.actor_kind = 'staff'
        and a.kind not like 'need.%' and a.at between n.ended_at - interval '15 minutes' and n.ended_at order by a.id desc limit 1) as by
    from seen_needs n left join subscriptions s on s.id = n.subscription_id where n.id = ${needId}`);
  const [row] = rows;
  if (!row) return null;
  const group = groupOf(row.kind);
  return {
    subscriptionId: row.subscription_id,
    name: row.name === null ? group : isolated(row.name),
    group,
    by: row.by === null ? null : isolated(row.by),
  };
}

function groupOf(kind: string): string {
  return needKind(kind as Need["kind"])?.group ?? "Need";
}

function itemOf(
  { publicUrl, now }: NoticeContext,
  need: Need,
  link: string,
  zone: string,
  isSingle: boolean,
): LetterItem {
  const kind = needKind(need.kind);
  const { what, rule } = kind.words(need);
  const page = `${publicUrl}/act?link=${link}`;
  const links: LetterLink[] = isSingle ? [] : [{ label: "Open", href: publicUrl + placeOf(need) }];
  if (need.kind === "cancel_request") links.push({ label: "Decide…", href: page });
  else links.push({ label: "Pick up…", href: page });
  if (kind.snooze !== "none") links.push({ label: "Snooze…", href: `${page}&do=snooze` });
  return {
    title: isolatedIn(isSingle ? subjectOf(need) : `${what}: ${subjectOf(need)}`),
    facts: [
      ...(need.customer ? [{ label: "Customer", value: need.customer }] : []),
      ...(need.dueAt ? [{ label: "Deadline", value: instantIn(zone, need.dueAt) }] : []),
      ...(need.owner ? [{ label: "Owner", value: isolated(need.owner.name) }] : []),
    ],
    text: isolatedIn(rule),
    links,
    isUrgent:
      need.dueAt !== null && kind.windowMs !== null && need.dueAt.getTime() - now().getTime() <= kind.windowMs / 10,
  };
}

function subjectOf(need: Need): string {
  return need.subscriptionName ?? needKind(need.kind).group;
}

/** The page on which the need can be acted on. */
export function placeOf(need: Pick<Need, "kind" | "subscriptionId" | "operationId">): string {
  const { place } = needKind(need.kind);
  if (need.subscriptionId !== null) return `/subscriptions/${encodeURIComponent(need.subscriptionId)}`;
  if (need.operationId !== null) return `/operations/${need.operationId}`;
  return place ?? "/";
}
