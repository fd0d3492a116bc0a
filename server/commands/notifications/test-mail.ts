/** Sends a test email to the person who asks. */
import { mailReceiverId } from "../../../shared/notifications.ts";
import type { TestSent } from "../../../shared/views/notifications.ts";
import { newId } from "../../database/statements/new-id.ts";
import { AppError } from "../../errors.ts";
import type { NotifyTools } from "./notify-tools.ts";
import { type NotifyContext, refuseUnlessAdmin, recordChannel } from "./channel-parts.ts";
import { resumeReceiver } from "./resume-receiver.ts";

/**
 * Sends a test email to the person who asks. Email that was paused is active again if the mail server takes the test.
 * @throws AppError `Forbidden` unless admin, `NotAllowedNow` without a mail server or an address
 */
export async function testMail(
  ctx: NotifyContext,
  tools: NotifyTools,
  { to, makeMail }: { to: string | null; makeMail: () => Promise<{ subject: string; html: string; text: string }> },
): Promise<TestSent> {
  refuseUnlessAdmin(ctx);
  if (tools.mailServer === null) {
    throw new AppError(
      "NotAllowedNow",
      "No mail server is configured. Set MAIL_FROM with SMTP_URL or MAIL_TRANSPORT=graph, then restart Marketdesk.",
    );
  }
  if (to === null)
    throw new AppError("NotAllowedNow", "Your account has no email address, so the test has no recipient.");
  const sent = await tools.mailServer.send({ id: newId(ctx.now()), to, ...(await makeMail()) });
  const isDelivered = sent.outcome === "delivered";
  await ctx.db.transaction(async (tx) => {
    if (isDelivered) await resumeReceiver(ctx, tx, mailReceiverId);
    await recordChannel(ctx, tx, {
      kind: "channel.tested",
      summary: `Test email sent: ${isDelivered ? "delivered" : (sent.problem ?? "failed")}`,
    });
  });
  if (isDelivered) tools.wake();
  return { isDelivered, problem: sent.problem };
}
