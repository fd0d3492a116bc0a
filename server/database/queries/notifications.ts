/** Reads channels, and what people and channels are notified of. */
import { asc, eq, ne, sql } from "drizzle-orm";
import {
  type ChannelKind,
  defaultNotificationSettings,
  type Escalation,
  escalation,
  mailReceiverId,
  noEscalation,
  type NotificationSettings,
  notificationSettings,
  noNotificationSettings,
  pushReceiverId,
} from "../../../shared/notifications.ts";
import type { BrowserView, ChannelChoice, ChannelView, MailView } from "../../../shared/views/notifications.ts";
import type { LastChange } from "../../domain/last-change.ts";
import type { Database, Executor } from "../connection/database.ts";
import { channels as c, escalations, notificationSettings as n, pushBrowsers as b } from "../schema/notices.ts";
import { outboxReceivers as r } from "../schema/outbox.ts";
import { sessions } from "../schema/staff.ts";
import { fingerprintOf } from "../statements/fingerprint.ts";
import { nameCollation } from "../statements/name-order.ts";

// Named in full, because a query of this table alone leaves the names of columns unqualified.
const receiverId = sql.raw("outbox_receivers.id");
const waiting = sql<number>`(select count(*)::int from outbox_messages m where m.receiver_id = ${receiverId} and m.state = 'waiting')`;
const problem = sql<string | null>`(
  select m.problem from outbox_messages m where m.receiver_id = ${receiverId} and m.problem is not null and m.state in ('waiting', 'failed')
  order by m.id desc limit 1)`;

/** Channels in use, by name. */
export async function listChannels(db: Database): Promise<ChannelView[]> {
  const rows = await db
    .select({ channel: c, receiver: r, settings: n, waiting, problem })
    .from(c)
    .innerJoin(r, eq(r.id, c.id))
    .leftJoin(n, eq(n.subscriber, sql`${c.id}::text`))
    .where(ne(r.state, "removed"))
    .orderBy(sql`${c.name} ${nameCollation}`);
  return rows.map(({ channel, receiver, settings, ...counts }) => ({
    id: channel.id,
    kind: receiver.kind as ChannelKind,
    name: channel.name,
    host: channel.host,
    createdByName: channel.createdByName,
    createdAt: channel.createdAt.toISOString(),
    testedAt: channel.testedAt?.toISOString() ?? null,
    settings: channelSettingsOf(settings?.settings),
    version: settingsVersionOf(channelSettingsOf(settings?.settings)),
    changed: settings?.changedByName ? { byName: settings.changedByName, at: settings.since.toISOString() } : null,
    ...stateOf(receiver),
    ...counts,
    problem: receiver.failingSince === null && receiver.state === "active" ? null : counts.problem,
  }));
}

/** The mail server as a receiver; null: no mail server is set. */
export function readMail(db: Database): Promise<MailView> {
  return readReceiver(db, mailReceiverId);
}

/** The browsers of all staff as a receiver; null: there has never been one. */
export function readPush(db: Database): Promise<MailView> {
  return readReceiver(db, pushReceiverId);
}

/** A person's browsers, by the time at which they were turned on. */
export async function listBrowsers(db: Database, staffId: string): Promise<BrowserView[]> {
  const rows = await db.select().from(b).where(eq(b.staffId, staffId)).orderBy(asc(b.createdAt));
  return rows.map(({ id, name, host, fingerprint, createdAt }) => ({
    id,
    name,
    host,
    fingerprint,
    createdAt: createdAt.toISOString(),
  }));
}

/** Browser and system of a sign-in, as `Chrome on Windows`; null if unknown. */
export async function readDevice(db: Database, sessionId: string): Promise<string | null> {
  const [row] = await db.select({ device: sessions.device }).from(sessions).where(eq(sessions.id, sessionId));
  return row?.device ?? null;
}

async function readReceiver(db: Database, id: string): Promise<MailView> {
  const [row] = await db.select({ receiver: r, waiting, problem }).from(r).where(eq(r.id, id));
  if (!row || row.receiver.state === "removed") return null;
  const { receiver, ...counts } = row;
  return { ...stateOf(receiver), ...counts, problem: receiver.failingSince === null ? null : counts.problem };
}

function stateOf(receiver: typeof r.$inferSelect) {
  return {
    state: receiver.state,
    stateReason: receiver.stateReason,
    failingSince: receiver.failingSince?.toISOString() ?? null,
    deliveredAt: receiver.deliveredAt?.toISOString() ?? null,
  };
}

/** Where a person's messages can go besides email. */
export async function listChannelChoices(db: Database): Promise<ChannelChoice[]> {
  const rows = await db
    .select({ id: c.id, kind: r.kind, name: c.name })
    .from(c)
    .innerJoin(r, eq(r.id, c.id))
    .where(ne(r.state, "removed"))
    .orderBy(sql`${c.name} ${nameCollation}`);
  return rows.map(({ kind, ...row }) => ({ ...row, kind: kind as ChannelKind }));
}

/** Null: never chosen, so the default applies. */
export async function readNotificationSettings(db: Executor, staffId: string): Promise<NotificationSettings | null> {
  const [row] = await db.select({ settings: n.settings }).from(n).where(eq(n.subscriber, staffId));
  return row ? (notificationSettings.safeParse(row.settings).data ?? defaultNotificationSettings) : null;
}

/** Who is notified next, and who chose it; null: no one has. */
export async function readEscalation(db: Executor): Promise<{ current: Escalation; changed: LastChange | null }> {
  const [row] = await db.select().from(escalations);
  return {
    current: escalation.safeParse(row?.escalation).data ?? noEscalation,
    changed: row ? { byName: row.changedByName, at: row.since } : null,
  };
}

export function escalationVersionOf({ kinds, afterHours, people }: Escalation): string {
  return fingerprintOf([kinds, afterHours, people]);
}

/** What a channel is sent, and who chose it; null: no one has. */
export async function readChannelSettings(
  db: Executor,
  channelId: string,
): Promise<{ current: NotificationSettings; changed: LastChange | null }> {
  const [row] = await db.select().from(n).where(eq(n.subscriber, channelId));
  return {
    current: channelSettingsOf(row?.settings),
    changed: row ? { byName: row.changedByName, at: row.since } : null,
  };
}

/** Settings that a later version stored are not understood: the default applies. */
function channelSettingsOf(stored: unknown): NotificationSettings {
  return notificationSettings.safeParse(stored).data ?? noNotificationSettings;
}

export function settingsVersionOf(settings: NotificationSettings): string {
  // The schema puts the fields in their order; stored ones are in another.
  return fingerprintOf(notificationSettings.parse(settings));
}

/** Staff who may act and have an email address, by name. */
export async function listEscalationPeople(db: Executor): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.execute<{ id: string; name: string }>(sql`
    select tenant_id || ':' || object_id as id, name from staff
    where disabled_at is null and access_lost_at is null and role <> 'viewer' and email is not null
    order by name ${nameCollation} limit 200`);
  return rows;
}
