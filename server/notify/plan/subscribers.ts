/** Who is notified of needs and events: staff who may act, and channels, each with their settings. */
import { sql } from "drizzle-orm";
import {
  defaultNotificationSettings,
  mailReceiverId,
  type NotificationRule,
  type NotificationSettings,
  notificationSettings,
  noNotificationSettings,
  pushReceiverId,
} from "../../../shared/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";

export type Subscriber = {
  /** `tenant:object` of staff, or the id of a channel. */
  id: string;
  isStaff: boolean;
  settings: NotificationSettings;
  /** Older needs and events are not announced. */
  since: Date;
};

/** Where a message can go: a person's email or browser, or a channel. */
export type Target = {
  id: string;
  /** The id of the receiver in the outbox. */
  receiver: string;
  /** Older needs and events are not announced there. */
  since: Date;
  /** The rules of the person or channel. */
  settings: NotificationSettings;
};

/** By id, only those that get messages. */
export type Targets = Map<string, Target>;

export type Subscribers = {
  list: Subscriber[];
  targets: Targets;
  /** Ids of targets by person. */
  browsers: Map<string, string[]>;
};

export async function readSubscribers(tx: Executor): Promise<Subscribers> {
  const { rows } = await tx.execute<{
    id: string;
    is_staff: boolean;
    settings: unknown;
    since: string;
    receiver: string | null;
  }>(sql`
    select st.tenant_id || ':' || st.object_id as id, true as is_staff, n.settings, coalesce(n.since, st.first_seen_at) as since,
      case when st.email is not null then r.id::text end as receiver
    from staff st left join notification_settings n on n.subscriber = st.tenant_id || ':' || st.object_id
    left join outbox_receivers r on r.id = ${mailReceiverId} and r.state in ('active', 'paused')
    where st.disabled_at is null and st.access_lost_at is null
    union all
    select c.id::text, false, n.settings, coalesce(n.since, c.created_at), c.id::text
    from channels c join outbox_receivers r on r.id = c.id and r.state in ('active', 'paused')
    left join notification_settings n on n.subscriber = c.id::text`);
  const list = rows.map((row) => ({
    id: row.id,
    isStaff: row.is_staff,
    // Settings that a later version stored are not understood: the default applies.
    settings:
      notificationSettings.safeParse(row.settings).data ??
      (row.is_staff ? defaultNotificationSettings : noNotificationSettings),
    since: new Date(row.since),
  }));
  const settingsOf = new Map(list.map(({ id, settings }) => [id, settings]));
  const reached = rows.flatMap(({ id, receiver, since }): Target[] =>
    receiver === null
      ? []
      : [{ id, receiver, since: new Date(since), settings: settingsOf.get(id) ?? noNotificationSettings }],
  );
  const browsers = (await readBrowsers(tx)).map((browser) => ({
    ...browser,
    settings: settingsOf.get(browser.staffId) ?? noNotificationSettings,
  }));
  return {
    list,
    targets: new Map([...reached, ...browsers].map((target) => [target.id, target])),
    browsers: new Map(
      [...Map.groupBy(browsers, ({ staffId }) => staffId)].map(([staffId, own]) => [staffId, own.map(({ id }) => id)]),
    ),
  };
}

async function readBrowsers(tx: Executor): Promise<(Omit<Target, "settings"> & { staffId: string })[]> {
  const { rows } = await tx.execute<{ id: string; staff_id: string; created_at: string }>(sql`
    select b.id, b.staff_id, b.created_at from push_browsers b
    join outbox_receivers r on r.id = ${pushReceiverId} and r.state in ('active', 'paused')`);
  return rows.map((row) => ({
    id: row.id,
    staffId: row.staff_id,
    receiver: pushReceiverId,
    since: new Date(row.created_at),
  }));
}

/** Where the messages of a rule go. Email and browsers are for people. */
export function targetsOf(
  { targets, browsers }: Pick<Subscribers, "targets" | "browsers">,
  { id, isStaff }: Subscriber,
  { via }: NotificationRule,
): Target[] {
  const ids = via === "mail" ? (isStaff ? [id] : []) : via === "push" ? (browsers.get(id) ?? []) : [via];
  return ids.flatMap((one) => targets.get(one) ?? []);
}
