/** Emails, worded when they are sent: notices to staff, and emails to purchasers. */
import { sql } from "drizzle-orm";
import { writtenMailType } from "../../shared/customer-mails.ts";
import { visitMailType } from "../../shared/notifications.ts";
import type { Database } from "../database/connection/database.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import type { ComposedMail } from "../outbox/mail-channel.ts";
import { mailOf } from "./letter/mail.ts";
import { composeNotice } from "./needs-letter.ts";
import type { NoticeContext } from "./notice-context.ts";
import { composePurchaserMail } from "./purchaser/purchaser-letter.ts";
import { composeVisitMail } from "./purchaser/visit-letter.ts";
import { composeWrittenMail } from "./purchaser/written-letter.ts";

/** `secret`: the installation's. */
type MailContext = NoticeContext & { secret: string };

/** What the email says, by the present state of what it is about. */
export async function composeMail(ctx: MailContext, message: ClaimedMessage): Promise<ComposedMail> {
  if (message.type.startsWith("purchaser.")) {
    const isWritten = message.type === writtenMailType;
    const composed = await (isWritten ? composeWrittenMail(ctx, message) : composePurchaserMail(ctx, message));
    if (typeof composed === "string") return composed;
    return { to: composed.to, subject: composed.letter.subject, ...(await mailOf(composed.letter)) };
  }
  if (message.type === visitMailType) {
    const composed = await composeVisitMail(ctx, message.messageId);
    if (typeof composed === "string") return composed;
    return { to: composed.to, subject: composed.letter.subject, ...(await mailOf(composed.letter)) };
  }
  const notice = await composeNotice(ctx, message.messageId);
  if (notice === null) return "obsolete";
  const to = await addressOf(ctx.db, notice.target);
  if (to === null) return "no-address";
  const { letter, frequency, repliesTo } = notice;
  return {
    to,
    subject: letter.subject,
    ...(await mailOf(letter)),
    ...(repliesTo === null ? {} : { inReplyTo: repliesTo }),
    headers: frequency === "now" ? {} : { "List-Unsubscribe": `<${ctx.publicUrl}/settings/notifications>` },
  };
}

/** A staff member's email address; null if the person is blocked by now or has none. */
async function addressOf(db: Database, staffId: string): Promise<string | null> {
  const { rows } = await db.execute<{ email: string | null }>(sql`
    select email from staff where tenant_id || ':' || object_id = ${staffId} and disabled_at is null and access_lost_at is null`);
  return rows[0]?.email ?? null;
}
