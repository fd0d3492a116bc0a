/** Messages to people: the mail server, channels, and what each message says when it is sent. */
import { sql } from "drizzle-orm";
import type { Logger } from "pino";
import { type ChannelKind, mailReceiverId } from "../../shared/notifications.ts";
import type { Database } from "../database/connection/database.ts";
import { composeCard } from "../notify/compose-card.ts";
import { composeMail } from "../notify/compose-mail.ts";
import { composePush, forgetBrowser } from "../notify/compose-push.ts";
import { createNoticeLinks } from "../notify/notice-link.ts";
import { recordMail } from "../notify/purchaser/record-mail.ts";
import { createCardChannel, postCard } from "../outbox/card-channel.ts";
import { createChannelAddresses } from "../outbox/channel-addresses.ts";
import { createMailChannel } from "../outbox/mail-channel.ts";
import { createPushChannel, postPush, type PushNotification } from "../outbox/push-channel.ts";
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

  const cards = (kind: ChannelKind) =>
    createCardChannel({
      kind,
      outward,
      now,
      compose: (message) => composeCard({ ...ctx, addresses }, kind, message),
    });

  return {
    channels: {
      mail: createMailChannel({
        server: mailServer,
        compose: (message) => composeMail({ ...ctx, secret }, message),
        onSent: (message, sent) => recordMail(ctx, message, sent),
        log,
      }),
      teams: cards("teams"),
      slack: cards("slack"),
      push: createPushChannel(push, {
        compose: (message) => composePush({ ...ctx, pushKeys }, message),
        onGone: (message) => forgetBrowser(db, message),
      }),
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
