/** Notifications to browsers, worded when they are sent. */
import { sql } from "drizzle-orm";
import type { Database } from "../database/connection/database.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import type { ComposedPush } from "../outbox/push-channel.ts";
import type { PushKeys, PushSubscription } from "../outbox/push-keys.ts";
import { pushOf } from "./letter/push.ts";
import { composeNotice } from "./needs-letter.ts";
import type { NoticeContext } from "./notice-context.ts";

type PushContext = NoticeContext & { pushKeys: Pick<PushKeys, "open"> };

/** What the notification says, by the present state of what it is about. */
export async function composePush(ctx: PushContext, message: ClaimedMessage): Promise<ComposedPush> {
  const to = await browserOf(ctx, message.lane);
  if (to === null) return "gone";
  const notice = await composeNotice(ctx, message.messageId);
  if (notice === null) return "obsolete";
  return {
    to,
    notification: pushOf(notice.letter, { publicUrl: ctx.publicUrl, tag: notice.repliesTo ?? message.messageId }),
  };
}

/** Null if notifications are off, the person is blocked, or the subscription cannot be decrypted with this installation's secret. */
async function browserOf({ db, pushKeys, now }: PushContext, id: string): Promise<PushSubscription | null> {
  const { rows } = await db.execute<{ subscription: string }>(sql`
    select b.subscription from push_browsers b join staff st on st.tenant_id || ':' || st.object_id = b.staff_id
    where b.id::text = ${id} and st.disabled_at is null and st.access_lost_at is null`);
  return rows[0] ? pushKeys.open(rows[0].subscription, now()) : null;
}

/** Turns notifications off for a browser that no longer takes them. */
export async function forgetBrowser(db: Database, { lane }: ClaimedMessage): Promise<void> {
  await db.execute(sql`delete from push_browsers where id::text = ${lane}`);
}
