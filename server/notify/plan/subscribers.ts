/** Who is notified of needs and events: staff who may act, and channels, each with their settings. */
import { sql } from "drizzle-orm";
import {
  defaultNotificationSettings,
  mailReceiverId,
  type NotificationRule,
  type NotificationSettings,
  notificationSettings,
  noNotificationSettings,
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

/** Receivers by target: for staff the mail server, for a channel itself. Only those that get messages. */
export type Targets = Map<string, string>;

export type Subscribers = { list: Subscriber[]; targets: Targets };

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
  return {
    list: rows.map((row) => ({
      id: row.id,
      isStaff: row.is_staff,
      // Settings that a later version stored are not understood: the default applies.
      settings:
        notificationSettings.safeParse(row.settings).data ??
        (row.is_staff ? defaultNotificationSettings : noNotificationSettings),
      since: new Date(row.since),
    })),
    targets: new Map(rows.flatMap(({ id, receiver }) => (receiver === null ? [] : [[id, receiver]]))),
  };
}

/** Where the messages of a rule go. */
export function targetsOf(targets: Targets, { id, isStaff }: Subscriber, { via }: NotificationRule): string[] {
  // Mail is for people.
  if (via === "mail") return isStaff && targets.has(id) ? [id] : [];
  return targets.has(via) ? [via] : [];
}
