/** Messages to people: the mail server, channels, and what each message says when it is sent. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import {
  type ChannelKind,
  mailReceiverId,
  noticeTestType,
  purchaserMailKindLabels,
  purchaserMailKinds,
} from "../../shared/notifications.ts";
import type { Config } from "../config/shape.ts";
import type { Database } from "../database/connection/database.ts";
import { record } from "../database/record/record.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { slackMessageOf, teamsMessageOf } from "../notify/letter/cards.ts";
import type { Letter } from "../notify/letter/letter.ts";
import { mailOf } from "../notify/letter/mail.ts";
import { composeNotice } from "../notify/needs-letter.ts";
import { createNoticeLinks } from "../notify/notice-link.ts";
import { composePurchaserMail } from "../notify/purchaser/purchaser-letter.ts";
import { testLetter } from "../notify/test-letter.ts";
import { createCardChannel, type ComposedCard, postCard } from "../outbox/card-channel.ts";
import { createChannelAddresses } from "../outbox/channel-addresses.ts";
import type { Sent } from "../outbox/channel.ts";
import { type ComposedMail, createMailChannel } from "../outbox/mail-channel.ts";
import { createMailServer } from "../outbox/mail-server.ts";
import type { OutwardCalls } from "../outward/outward-calls.ts";

export type NotifyOptions = {
  db: Database;
  mail: Config["mail"];
  publicUrl: string;
  /** The sandbox's address; null: none. */
  sandboxUrl: string | null;
  secret: string;
  outward: Pick<OutwardCalls, "post" | "whyRefused">;
  now: () => Date;
  log: Logger;
};

export function createNotify({ db, mail, publicUrl, sandboxUrl, secret, outward, now, log }: NotifyOptions) {
  const server = mail === null ? null : createMailServer(mail);
  const links = createNoticeLinks(secret);
  const addresses = createChannelAddresses(secret);
  const ctx = { db, now, publicUrl, links };

  async function composeMail(message: ClaimedMessage): Promise<ComposedMail> {
    if (message.type.startsWith("purchaser.")) {
      const composed = await composePurchaserMail(ctx, message);
      if (typeof composed === "string") return composed;
      return { to: composed.to, subject: composed.letter.subject, ...(await mailOf(composed.letter)) };
    }
    const notice = await composeNotice(ctx, message.messageId);
    if (notice === null) return "over";
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

  /** Null: blocked since, or without an address. */
  async function addressOf(staffId: string): Promise<string | null> {
    const { rows } = await db.execute<{ email: string | null }>(sql`
      select email from staff where tenant_id || ':' || object_id = ${staffId} and disabled_at is null and access_lost_at is null`);
    return rows[0]?.email ?? null;
  }

  /** What a purchaser got is on the subscription's timeline. */
  async function recordMail({ type, subscriptionId }: ClaimedMessage, { outcome }: Sent): Promise<void> {
    if (subscriptionId === null || !type.startsWith("purchaser.")) return;
    const isSent = outcome === "delivered";
    await record(db, { kind: "system", name: "Marketdesk" }, now(), [
      {
        subscriptionId,
        kind: isSent ? "mail.sent" : "mail.refused",
        summary: `Mail to the purchaser ${isSent ? "sent" : "refused by the mail server"}: ${nameOf(type)}`,
      },
    ]);
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
        if (letter === null || !channel || channel.address === null) return "over";
        const address = await addresses.open(channel.address, now());
        return address === null ? "unreadable" : { address, body: cardOf(kind, letter) };
      },
    });

  return {
    channels: {
      mail: createMailChannel({ server, compose: composeMail, onSent: recordMail, log }),
      teams: cards("teams"),
      slack: cards("slack"),
    },
    tools: {
      publicUrl,
      links,
      addresses,
      whyRefused: outward.whyRefused,
      postCard: (kind: ChannelKind, card: { address: string; body: object }) => postCard({ kind, outward, now }, card),
      mailServer: server,
      trialAddresses:
        sandboxUrl === null
          ? null
          : { teams: `${sandboxUrl}/hooks/teams/sales`, slack: `${sandboxUrl}/hooks/slack/sales` },
    },
    /** Mail is a receiver while a mail server is set. */
    async prepare(): Promise<void> {
      const state = server === null ? "removed" : "active";
      await db.execute(sql`
        insert into outbox_receivers (id, kind, state, state_since) values (${mailReceiverId}::uuid, 'mail', ${state}, now())
        on conflict (id) do update set state = ${state}, state_since = now()
        where (outbox_receivers.state = 'removed') <> (${state} = 'removed')`);
    },
    stop: () => server?.stop(),
  };
}

/** `Payment failed`, of `purchaser.payment_failed`. */
function nameOf(type: string): string {
  const kind = purchaserMailKinds.find((one) => type === `purchaser.${one}`);
  return kind ? purchaserMailKindLabels[kind] : type;
}
