/** Emails to purchasers that are due: from the events of the feed, each once, and from needs that concern the purchaser. */
import { sql } from "drizzle-orm";
import { mailReceiverId, type PurchaserMailKind, purchaserMailKinds } from "../../../shared/notifications.ts";
import type { EventKind } from "../../../shared/product.ts";
import type { Executor } from "../../database/connection/database.ts";
import type { NeedKindName } from "../../needs/kinds.ts";
import type { SeenNeed } from "./seen-needs.ts";

const ofEvents: Partial<Record<EventKind, PurchaserMailKind>> = {
  "subscription.contact_given": "received",
  "subscription.activation_asked": "waiting",
  "subscription.activated": "active",
  "subscription.suspended": "payment_failed",
};
/** Sent once for each subscription, however often the purchaser edits the contact. */
const onceKinds: PurchaserMailKind[] = ["received", "waiting"];
/** Most purchases are active by then, and one email is enough. */
const receivedDelay = sql.raw("interval '60 seconds'");
/** Older events are not announced, because they would look new. */
const maxAge = sql.raw("interval '1 day'");

const ofNeeds: Partial<Record<NeedKindName, { mail: PurchaserMailKind; isLateOnly?: true }>> = {
  activation_failed: { mail: "failed" },
  activation_ended: { mail: "failed" },
  suspension: { mail: "lapsing", isLateOnly: true },
  activation: { mail: "lapsing", isLateOnly: true },
};
const lapsingDays = 7;
/** Each failed attempt is a separate need, and so is the purchase that Microsoft ends for it: one email covers all of them. */
const repeatAfter = sql.raw("interval '7 days'");
const dayMs = 86_400_000;

/**
 * Stores the start of notifications, so that earlier events are not announced.
 * @returns whether that is now
 */
export async function beginOnce(tx: Executor, now: Date): Promise<boolean> {
  const begun = await tx.execute(sql`
    insert into purchaser_mail_position (id, position, since)
    select 'all', coalesce((select max(position) from events where position is not null), 0), ${now.toISOString()}::timestamptz
    on conflict do nothing`);
  return (begun.rowCount ?? 0) > 0;
}

export async function planPurchaserMails(tx: Executor, open: SeenNeed[], now: Date): Promise<void> {
  const enabled = await readEnabled(tx);
  if (enabled === null) return;
  await planOfEvents(tx, enabled, now);
  await planOfNeeds(tx, enabled, open, now);
}

/** Null if no emails are sent at all. */
async function readEnabled(tx: Executor): Promise<PurchaserMailKind[] | null> {
  const { rows } = await tx.execute<{ off: PurchaserMailKind[] }>(sql`
    select array(select kind from purchaser_mails where not is_enabled) as off
    from outbox_receivers where id = ${mailReceiverId} and state in ('active', 'paused')`);
  const [row] = rows;
  return row ? purchaserMailKinds.filter((kind) => !row.off.includes(kind)) : null;
}

/** The position is stored with the emails, so each event is read once. */
async function planOfEvents(tx: Executor, enabled: PurchaserMailKind[], now: Date): Promise<void> {
  const wanted = Object.entries(ofEvents)
    .filter(([, mail]) => enabled.includes(mail))
    .map(([event, mail]) => ({ event, mail, once: onceKinds.includes(mail) }));
  await tx.execute(sql`
    with news as materialized (
      select n.id, n.position from events n
      where n.position > (select position from purchaser_mail_position) order by n.position limit 1000),
    moved as (
      update purchaser_mail_position set position = (select max(position) from news) where exists (select from news)),
    message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at)
      select ${mailReceiverId}::uuid, a.subscription_id, gen_random_uuid(),
        'purchaser.' || w.mail || ' ' || case when w.once then a.subscription_id else a.id::text end,
        'purchaser.' || w.mail, a.subscription_id, 'waiting', now()
      from news join activity a on a.id = news.id
      join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(event text, mail text, once boolean) on w.event = a.kind
      where a.at > ${now.toISOString()}::timestamptz - ${maxAge}
      order by news.position
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane, type)
    insert into outbox_lanes (receiver_id, lane, due_at)
    select receiver_id, lane, now() + case when bool_and(type = 'purchaser.received') then ${receivedDelay} else interval '0' end
    from message group by receiver_id, lane order by lane
    on conflict (receiver_id, lane) do update
      set version = outbox_lanes.version + 1, due_at = least(outbox_lanes.due_at, excluded.due_at)`);
}

async function planOfNeeds(tx: Executor, enabled: PurchaserMailKind[], open: SeenNeed[], now: Date): Promise<void> {
  const lateBefore = now.getTime() + lapsingDays * dayMs;
  const { rows } = await tx.execute<{ since: string }>(sql`select since from purchaser_mail_position`);
  const since = new Date(rows[0]?.since ?? now).getTime();
  const due = open.flatMap(({ kind, seenId, subscriptionId, dueAt, firstSeenAt }) => {
    const rule = ofNeeds[kind];
    if (!rule || subscriptionId === null || !enabled.includes(rule.mail)) return [];
    if (rule.isLateOnly && (dueAt === null || dueAt.getTime() > lateBefore || dueAt <= now)) return [];
    const lateAt = rule.isLateOnly && dueAt !== null ? dueAt.getTime() - lapsingDays * dayMs : 0;
    if (Math.max(firstSeenAt.getTime(), lateAt) <= since) return [];
    return [{ mail: rule.mail, need: seenId, subscription: subscriptionId }];
  });
  if (due.length === 0) return;
  await tx.execute(sql`
    with message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at)
      select distinct on (d.subscription, d.mail) ${mailReceiverId}::uuid, d.subscription, gen_random_uuid(),
        'purchaser.' || d.mail || ' ' || d.need, 'purchaser.' || d.mail, d.subscription, 'waiting', now()
      from jsonb_to_recordset(${JSON.stringify(due)}::jsonb) as d(mail text, need bigint, subscription text)
      where not exists (select from outbox_messages m where m.subscription_id = d.subscription
        and m.receiver_id = ${mailReceiverId}::uuid and m.type = 'purchaser.' || d.mail and m.state <> 'stopped'
        and m.created_at > now() - ${repeatAfter})
      order by d.subscription, d.mail, d.need desc
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane)
    insert into outbox_lanes (receiver_id, lane, due_at) select distinct receiver_id, lane, now() from message order by lane
    on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1`);
}
