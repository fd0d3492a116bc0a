/** Who is notified of needs: staff who may act, and channels, each with their settings. */
import { sql } from "drizzle-orm";
import {
  defaultNotificationSettings,
  mailReceiverId,
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
  /** Needs that are older are not announced. */
  since: Date;
};

export type Subscribers = {
  list: Subscriber[];
  /** Receivers by target: for staff the mail server, for a channel itself. Only those that get messages. */
  receivers: Map<string, string>;
};

export async function readSubscribers(tx: Executor): Promise<Subscribers> {
  const { rows } = await tx.execute<{
    id: string;
    is_staff: boolean;
    settings: unknown;
    since: string;
  }>(sql`
    select st.tenant_id || ':' || st.object_id as id, true as is_staff, n.settings, coalesce(n.since, st.first_seen_at) as since
    from staff st left join notification_settings n on n.subscriber = st.tenant_id || ':' || st.object_id
    where st.disabled_at is null and st.access_lost_at is null and st.email is not null
      and exists (select from outbox_receivers where id = ${mailReceiverId} and state in ('active', 'paused'))
    union all
    select c.id::text, false, n.settings, coalesce(n.since, c.created_at)
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
  return { list, receivers: new Map(list.map(({ id, isStaff }) => [id, isStaff ? mailReceiverId : id])) };
}
