/** Staff write an email to the customer of a subscription. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { type WriteToCustomerInput, writtenMailType } from "../../../shared/customer-mails.ts";
import { mailReceiverId } from "../../../shared/notifications.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { customerMails } from "../../database/schema/customer-mails.ts";
import { outboxReceivers } from "../../database/schema/outbox.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { mailAddressesOf } from "../../domain/customer.ts";
import { AppError } from "../../errors.ts";

/**
 * Puts the email into the outbox, or notes that it was opened in the mail program.
 * @throws AppError `NotFound`; `Invalid` with the field `to`; `NotAllowedNow` if no mail server is set
 */
export async function writeToCustomer(ctx: Context, input: WriteToCustomerInput): Promise<{ id: string }> {
  const { subscriptionId, to, language, subject, body, via } = input;
  const now = ctx.now();
  const id = newId(now);
  await ctx.db.transaction(async (tx) => {
    const [row] = await tx.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
    if (!row) throw new AppError("NotFound", "There is no subscription with this ID.");
    if (!mailAddressesOf(row).some(({ email }) => email === to)) {
      const message = "This is not an address of the subscription. Choose another one.";
      throw new AppError("Invalid", message, { fields: { to: [message] } });
    }
    const isSent = via === "desk";
    if (isSent) {
      const blockedReason = await sendBlockedReason(tx);
      if (blockedReason !== null) throw new AppError("NotAllowedNow", blockedReason);
      const writtenByName = actorColumns(ctx.actor).actorName;
      const mail = { id, subscriptionId, recipient: to, language, subject, body, writtenByName, writtenAt: now };
      await tx.insert(customerMails).values(mail);
      await enqueue(tx, id, subscriptionId);
    }
    await record(tx, ctx.actor, now, [
      {
        id,
        subscriptionId,
        kind: isSent ? "mail.written" : "mail.opened",
        summary: isSent ? "Email to the customer written" : "Email to the customer opened in the email app",
        after: { recipient: to, subject, text: body },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId }]);
  });
  return { id };
}

/** Why no email can be sent, as a sentence; null if it can. */
export async function sendBlockedReason(db: Executor): Promise<string | null> {
  const isSet = and(eq(outboxReceivers.id, mailReceiverId), inArray(outboxReceivers.state, ["active", "paused"]));
  return (await db.$count(outboxReceivers, isSet)) > 0
    ? null
    : "No mail server is configured, so Marketdesk cannot send the email. Open it in your email app.";
}

/** Sent after earlier messages about the same subscription. */
async function enqueue(tx: Executor, id: string, subscriptionId: string): Promise<void> {
  await tx.execute(sql`
    with message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, subscription_id, state, created_at)
      values (${mailReceiverId}::uuid, ${subscriptionId}, ${id}::uuid, ${`${writtenMailType} ${id}`}, ${writtenMailType},
        ${subscriptionId}, 'waiting', now()))
    insert into outbox_lanes (receiver_id, lane, due_at) values (${mailReceiverId}::uuid, ${subscriptionId}, now())
    on conflict (receiver_id, lane) do update
      set version = outbox_lanes.version + 1, due_at = least(outbox_lanes.due_at, excluded.due_at)`);
}
