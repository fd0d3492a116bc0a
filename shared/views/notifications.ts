import type { Language } from "../languages.ts";
import type {
  ChannelKind,
  Escalation,
  NotificationSettings,
  PurchaserMailKind,
  PurchaserMailText,
} from "../notifications.ts";
import type { ReceiverState, StateReason } from "../outbox.ts";
import type { NeedView } from "./needs.ts";

/** Who stored what is stored now; null: unknown, or no one. */
export type LastChangeView = { byName: string; at: string } | null;

type Deliveries = {
  state: ReceiverState;
  stateReason: StateReason | null;
  /** The first failure since the last delivery. */
  failingSince: string | null;
  deliveredAt: string | null;
  /** Messages that wait. */
  waiting: number;
  /** The last failure in a few words. */
  problem: string | null;
};

export type ChannelView = Deliveries & {
  id: string;
  kind: ChannelKind;
  name: string;
  /** The host of its address, which is not shown. */
  host: string;
  createdByName: string;
  createdAt: string;
  testedAt: string | null;
  settings: NotificationSettings;
  /** What the settings are; differs after a change. */
  version: string;
  changed: LastChangeView;
};

/** Null: no mail server is set, or no browser. */
export type MailView = Deliveries | null;

export type ChannelChoice = { id: string; kind: ChannelKind; name: string };

export type KindChoice = { name: string; group: string };

/** A person's own settings, and what can be chosen. */
export type OwnNotificationsView = {
  settings: NotificationSettings;
  /** The person has not chosen; the default applies. */
  isDefault: boolean;
  /** Null: the sign-in gave no address, or no mail server is set. */
  mailAddress: string | null;
  channels: ChannelChoice[];
  kinds: KindChoice[];
  views: { id: string; name: string }[];
  push: {
    /** The server's key, base64url. */
    publicKey: string;
    browsers: BrowserView[];
    /** The sandbox has a browser to try it with. */
    canTry: boolean;
  };
};

export type BrowserView = {
  id: string;
  /** `Chrome on Windows`. */
  name: string;
  host: string;
  fingerprint: string;
  createdAt: string;
};

export type ChannelsView = {
  mail: MailView;
  /** Null: no browser has ever been turned on. */
  push: MailView;
  channels: ChannelView[];
  escalation: Escalation;
  /** What the escalation list is; differs after a change. */
  escalationVersion: string;
  escalationChanged: LastChangeView;
  people: { id: string; name: string }[];
  kinds: KindChoice[];
  views: { id: string; name: string }[];
  /** In the sandbox, addresses that can be used for a trial. */
  trialAddresses: Record<ChannelKind, string> | null;
};

export type TestSent = { isDelivered: boolean; problem: string | null };

/** What the page of a message's link shows. */
export type NoticeLinkView = {
  /** Null: resolved. */
  need: NeedView | null;
  /** The page on which the need can be acted on in full. */
  place: string;
  /** The link was used, when. */
  usedAt: string | null;
  takenBy: { name: string; isYou: boolean; at: string } | null;
  /** For a cancellation to approve. */
  cancelRequestId: string | null;
};

export type PurchaserMailView = {
  kind: PurchaserMailKind;
  isEnabled: boolean;
  /** Texts that replace ours, by language. */
  texts: Partial<Record<Language, PurchaserMailText>>;
  /** Our texts. */
  defaults: Record<Language, PurchaserMailText>;
  /** What the email is in each language; differs after a change. */
  versions: Record<Language, string>;
  changed: LastChangeView;
};

/** An email in words, for the preview. */
export type MailPreview = {
  language: Language;
  direction: "ltr" | "rtl";
  subject: string;
  sender: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  button: string;
  footer: string[];
};
