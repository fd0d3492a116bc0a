/** What commands of notifications need besides the database. */
import type { ChannelKind } from "../../../shared/notifications.ts";
import type { NoticeLinks } from "../../notify/notice-link.ts";
import type { ChannelAddresses } from "../../outbox/channel-addresses.ts";
import type { Sent } from "../../outbox/channel.ts";
import type { MailServer } from "../../outbox/mail-server.ts";
import type { PushNotification } from "../../outbox/push-channel.ts";
import type { PushKeys, PushSubscription } from "../../outbox/push-keys.ts";
import type { OutwardCalls } from "../../outward/outward-calls.ts";

export type NotifyTools = {
  publicUrl: string;
  links: NoticeLinks;
  addresses: ChannelAddresses;
  /** Why an address may not be called; null if it may. */
  addressProblem: OutwardCalls["addressProblem"];
  /** Sends one card outside of the order. */
  postCard: (kind: ChannelKind, card: { address: string; body: object }) => Promise<Sent>;
  push: {
    keys: PushKeys;
    /** Sends one notification outside of the order. */
    post: (to: PushSubscription, notification: PushNotification) => Promise<Sent>;
    /** In the sandbox, the push subscription of its simulated browser; null: there is no sandbox. */
    readTrialBrowser: (() => Promise<unknown>) | null;
  };
  /** Null: no mail server is set. */
  mailServer: Pick<MailServer, "send"> | null;
  /** In the sandbox, channel addresses for trying out notifications. */
  trialAddresses: Record<ChannelKind, string> | null;
  /** Wakes the sender, because a message may be due. */
  wake: () => void;
};
