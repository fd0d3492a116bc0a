/** Messages to people: the mail server, channels, and what each message says when it is sent. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import { writtenMailType } from "../../shared/customer-mails.ts";
import {
  type ChannelKind,
  mailReceiverId,
  noticeTestType,
  purchaserMailKindLabels,
  purchaserMailKinds,
  visitMailType,
} from "../../shared/notifications.ts";
import type { Database } from "../database/connection/database.ts";
import { record } from "../database/record/record.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { slackMessageOf, teamsMessageOf } from "../notify/letter/cards.ts";
import type { Letter } from "../notify/letter/letter.ts";
import { mailOf } from "../notify/letter/mail.ts";
import { composeNotice } from "../notify/needs-letter.ts";
import { createNoticeLinks } from "../notify/notice-link.ts";
import { pushOf } from "../notify/letter/push.ts";
import { composePurchaserMail } from "../notify/purchaser/purchaser-letter.ts";
import { composeVisitMail } from "../notify/purchaser/visit-letter.ts";
import { composeWrittenMail } from "../notify/purchaser/written-letter.ts";
import { testLetter } from "../notify/test-letter.ts";
import { createCardChannel, type ComposedCard, postCard } from "../outbox/card-channel.ts";
import { createChannelAddresses } from "../outbox/channel-addresses.ts";
import type { Sent } from "../outbox/channel.ts";
import { type ComposedMail, createMailChannel } from "../outbox/mail-channel.ts";
import { type ComposedPush, createPushChannel, postPush, type PushNotification } from "../outbox/push-channel.ts";
import { createPushKeys, type PushSubscription } from "../outbox/push-keys.ts";
import type { MailServer } from "../outbox/mail-server.ts";
import type { OutwardCalls } from "../outward/outward-calls.ts";

export type NotifyOptions = {
  db: Database;
  /** Null: no emails are sent. */
  mailServer: MailServer | null;
  publicUrl: string;
  /** The sandbox's URL; null without sandbox. */
  sandboxUrl: string | null;
  secret: string;
  outward: Pick<OutwardCalls, "post" | "addressProblem">;
  now: () => Date;
  log: Logger;
};

/** Push services require a contact address of the sender; the sandbox has none. */
const sandboxContact = "mailto:marketdesk@sandbox.example";

export function createNotify({ db, mailServer, publicUrl, sandboxUrl, secret, outward, now, log }: NotifyOptions) {
  const links = createNoticeLinks(secret);
  const addresses = createChannelAddresses(secret);
  const ctx = { db, now, publicUrl, links };
  const pushKeys = createPushKeys(secret);
  const push = {
    keys: pushKeys,
    outward,
    contact: publicUrl.startsWith("https:") ? publicUrl : sandboxContact,
    now,
  };

  async function composeMail(message: ClaimedMessage): Promise<ComposedMail> {
    if (message.type.startsWith("purchaser.")) {
      const isWritten = message.type === writtenMailType;
      const composed = await (isWritten ? composeWrittenMail(ctx, message) : composePurchaserMail(ctx, message));
      if (typeof composed === "string") return composed;
      return { to: composed.to, subject: composed.letter.subject, ...(await mailOf(composed.letter)) };
    }
    if (message.type === visitMailType) {
      const composed = await composeVisitMail({ ...ctx, secret }, message.messageId);
      if (typeof composed === "string") return composed;
      return { to: composed.to, subject: composed.letter.subject, ...(await mailOf(composed.letter)) };
    }
    const notice = await composeNotice(ctx, message.messageId);
    if (notice === null) return "obsolete";
    const to = await addressOf(notice.target);
    if (to === null) return "no-address";
    const { letter, frequency, repliesTo } = notice;
    return {
      to,
      subject: letter.subject,
      ...(await mailOf(letter)),
      ...(repliesTo === null ? {} : { inReplyTo: repliesTo }),
      headers: frequency === "now" ? {} : { "List-Unsubscribe": `<${publicUrl}/settings/notifications>` },
    };
  }

  /** A staff member's email address; null if the person is blocked by now or has none. */
  async function addressOf(staffId: string): Promise<string | null> {
    const { rows } = await db.execute<{ email: string | null }>(sql`
      select email from staff where tenant_id || ':' || object_id = ${staffId} and disabled_at is null and access_lost_at is null`);
    return rows[0]?.email ?? null;
  }

  /** Records an email to a purchaser on the subscription's timeline. */
  async function recordMail({ type, about, subscriptionId }: ClaimedMessage, { outcome }: Sent): Promise<void> {
    if (subscriptionId === null || !type.startsWith("purchaser.")) return;
    const isSent = outcome === "delivered";
    await record(db, { kind: "system", name: "Marketdesk" }, now(), [
      {
        subscriptionId,
        operationId: await operationOf(about),
        kind: isSent ? "mail.sent" : "mail.refused",
        summary: `Email to the purchaser ${isSent ? "sent" : "refused by the mail server"}: ${nameOf(type)}`,
      },
    ]);
  }

  /** The operation behind an email about an event; `about` is the id of the event's audit entry. */
  async function operationOf(about: string): Promise<string | null> {
    const entryId = about.split(" ")[1] ?? "";
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entryId)) return null;
    const { rows } = await db.execute<{ operation_id: string | null }>(
      sql`select operation_id from activity where id = ${entryId}::uuid`,
    );
    return rows[0]?.operation_id ?? null;
  }

  async function composePush(message: ClaimedMessage): Promise<ComposedPush> {
    const to = await browserOf(message.lane);
    if (to === null) return "gone";
    const notice = await composeNotice(ctx, message.messageId);
    if (notice === null) return "obsolete";
    return { to, notification: pushOf(notice.letter, { publicUrl, tag: notice.repliesTo ?? message.messageId }) };
  }

  /** Null if notifications are off, the person is blocked, or the subscription cannot be decrypted with this installation's secret. */
  async function browserOf(id: string): Promise<PushSubscription | null> {
    const { rows } = await db.execute<{ subscription: string }>(sql`
      select b.subscription from push_browsers b join staff st on st.tenant_id || ':' || st.object_id = b.staff_id
      where b.id::text = ${id} and st.disabled_at is null and st.access_lost_at is null`);
    return rows[0] ? pushKeys.open(rows[0].subscription, now()) : null;
  }

  async function forgetBrowser({ lane }: ClaimedMessage): Promise<void> {
    await db.execute(sql`delete from push_browsers where id::text = ${lane}`);
  }

  const cardOf = (kind: ChannelKind, letter: Letter) =>
    kind === "teams" ? teamsMessageOf(letter) : slackMessageOf(letter);

  const cards = (kind: ChannelKind) =>
    createCardChannel({
      kind,
      outward,
      now,
      async compose(message): Promise<ComposedCard> {
        const { rows } = await db.execute<{ address: string | null; name: string }>(
          sql`select address, name from channels where id = ${message.receiverId}::uuid`,
        );
        const [channel] = rows;
        const isTest = message.type === noticeTestType;
        const letter = isTest
          ? testLetter(publicUrl, { where: channel?.name ?? "", isDaily: true })
          : ((await composeNotice(ctx, message.messageId))?.letter ?? null);
        if (letter === null || !channel || channel.address === null) return "obsolete";
        const address = await addresses.open(channel.address, now());
        return address === null ? "unreadable" : { address, body: cardOf(kind, letter) };
      },
    });

  return {
    channels: {
      mail: createMailChannel({ server: mailServer, compose: composeMail, onSent: recordMail, log }),
      teams: cards("teams"),
      slack: cards("slack"),
      push: createPushChannel(push, { compose: composePush, onGone: forgetBrowser }),
    },
    tools: {
      publicUrl,
      links,
      addresses,
      addressProblem: outward.addressProblem,
      postCard: (kind: ChannelKind, card: { address: string; body: object }) => postCard({ kind, outward, now }, card),
      push: {
        keys: pushKeys,
        post: (to: PushSubscription, notification: PushNotification) => postPush(push, to, notification),
        readTrialBrowser:
          sandboxUrl === null ? null : async (): Promise<unknown> => (await fetch(`${sandboxUrl}/push/browser`)).json(),
      },
      mailServer,
      trialAddresses:
        sandboxUrl === null
          ? null
          : { teams: `${sandboxUrl}/hooks/teams/sales`, slack: `${sandboxUrl}/hooks/slack/sales` },
    },
    /** Email is a receiver while a mail server is configured. */
    async prepare(): Promise<void> {
      const state = mailServer === null ? "removed" : "active";
      await db.execute(sql`
        insert into outbox_receivers (id, kind, state, state_since) values (${mailReceiverId}::uuid, 'mail', ${state}, now())
        on conflict (id) do update set state = ${state}, state_since = now()
        where (outbox_receivers.state = 'removed') <> (${state} = 'removed')`);
    },
  };
}

/** `Payment failed`, of `purchaser.payment_failed`. */
function nameOf(type: string): string {
  if (type === writtenMailType) return "Written by staff";
  const kind = purchaserMailKinds.find((one) => type === `purchaser.${one}`);
  return kind ? purchaserMailKindLabels[kind] : type;
}
