/** What staff and channels are notified of, and what purchasers get: words and inputs of server and dashboard. */
import { z } from "zod";
import { reason, seenFingerprint, typed } from "./inputs/parts.ts";
import { languages } from "./languages.ts";
import type { EventKind } from "./product.ts";

/**
 * `needs`: something needs attention, or chosen events happened. `escalated`: no one picked up the need. `resolved`: an
 * announced need was resolved. `digest`: the weekly summary.
 */
export const noticeTypes = ["needs", "escalated", "resolved", "digest"] as const;
export type NoticeType = (typeof noticeTypes)[number];

/** The id of the receiver of all emails in the outbox: the mail server. */
export const mailReceiverId = "00000000-0000-4000-8000-0000000000a1";

/** The id of the receiver of all browser notifications in the outbox. */
export const pushReceiverId = "00000000-0000-4000-8000-0000000000a2";

export const channelKinds = ["teams", "slack"] as const;
export type ChannelKind = (typeof channelKinds)[number];
export const channelKindLabels: Record<ChannelKind, string> = { teams: "Teams", slack: "Slack" };

/** Types of messages in the outbox that are no events. */
export const noticeMessageType = "notice";
export const noticeTestType = "notice.test";
/** The email to a purchaser who came while Microsoft did not respond. */
export const visitMailType = "visit.ready";

/** The quickest first. */
export const frequencies = ["now", "hourly", "daily"] as const;
export type Frequency = (typeof frequencies)[number];
/** How often a notice of its type is sent to a target. */
export const noticeFrequencies = [...frequencies, "weekly"] as const;

/** Events of subscriptions that staff and channels can be notified of. */
export const notifiedEvents = [
  "subscription.activated",
  "subscription.plan_changed",
  "subscription.quantity_changed",
  "subscription.renewed",
  "subscription.suspended",
  "subscription.reinstated",
  "subscription.unsubscribed",
] as const satisfies readonly EventKind[];
export type NotifiedEvent = (typeof notifiedEvents)[number];

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Enter a time such as 22:00.");

const zone = z
  .string()
  .max(60)
  .refine((name) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: name });
      return true;
    } catch {
      return false;
    }
  }, "Choose a time zone from the list.");

export const maxRules = 10;

/** `mine`: of subscriptions that the person owns. A view: of subscriptions that match it. */
const scope = z.union([z.enum(["all", "mine"]), z.strictObject({ viewId: z.uuid() })]);
export type NotificationScope = z.infer<typeof scope>;

export const notificationRule = z.strictObject({
  /** The rule is about these events, and not about needs. */
  events: z.array(z.enum(notifiedEvents)).min(1, "Choose at least one event.").max(notifiedEvents.length).optional(),
  /** Kinds of needs; null: all, those of later versions too. */
  kinds: z.array(z.string().min(1).max(60)).min(1, "Choose at least one kind, or all.").max(100).nullable(),
  scope,
  /** `mail`, `push` for the person's browsers, or the id of a channel. */
  via: z.union([z.enum(["mail", "push"]), z.uuid("Choose where the message goes.")]),
  frequency: z.enum(frequencies, "Choose how often."),
});
export type NotificationRule = z.infer<typeof notificationRule>;

export const notificationSettings = z.strictObject({
  rules: z.array(notificationRule).max(maxRules, `At most ${maxRules} rules.`),
  /** No messages are sent in these hours; they follow afterwards. */
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** When the daily digest is sent. */
  dailyAt: timeOfDay,
  /** The weekly digest; not set: none. */
  weekly: z
    .strictObject({
      /** Monday is 1. */
      weekday: z.int("Choose a day.").min(1, "Choose a day.").max(7, "Choose a day."),
      at: timeOfDay,
      scope,
    })
    .optional(),
  zone,
});
export type NotificationSettings = z.infer<typeof notificationSettings>;

/** Until someone chooses otherwise: an email about the needs of their own subscriptions. */
export const defaultNotificationSettings: NotificationSettings = {
  rules: [{ kinds: null, scope: "mine", via: "mail", frequency: "now" }],
  quietHours: null,
  dailyAt: "08:00",
  zone: "UTC",
};

/** A channel is notified of nothing until an admin chooses. */
export const noNotificationSettings: NotificationSettings = { ...defaultNotificationSettings, rules: [] };

const channelId = z.uuid("The ID of the channel is missing.");

export const createChannelInput = z.strictObject({
  kind: z.enum(channelKinds, "Choose Teams or Slack."),
  name: typed().trim().min(1, "Enter the name of the channel.").max(60, "Keep the name under 60 characters."),
  address: typed()
    .trim()
    .min(1, "Paste the address of the Workflow or the incoming webhook.")
    .max(2_000, "Keep the address under 2,000 characters."),
});
export type CreateChannelInput = z.infer<typeof createChannelInput>;

export const channelInput = z.strictObject({ id: channelId });
export const removeChannelInput = z.strictObject({ id: channelId, reason });
export const channelRulesInput = z.strictObject({
  id: channelId,
  settings: notificationSettings,
  seenVersion: seenFingerprint,
});

export const maxBrowsers = 10;

export const browserRefused =
  "The browser's subscription cannot be read. Reload the page and turn notifications on again.";

/** A browser's push subscription (https://www.w3.org/TR/push-api/#pushsubscription-interface). */
export const addBrowserInput = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/, error: browserRefused }).max(2_000, browserRefused),
  keys: z.strictObject({
    /** A point of P-256, and 16 random bytes, as base64url. */
    p256dh: z.string().regex(/^[\w-]{87}$/, browserRefused),
    auth: z.string().regex(/^[\w-]{22}$/, browserRefused),
  }),
});
export type AddBrowserInput = z.infer<typeof addBrowserInput>;

export const browserInput = z.strictObject({ id: z.uuid("The ID of the browser is missing.") });

export const maxEscalationSteps = 5;

/** Who is notified, one after the other, of a need that no one has picked up for some hours. */
export const escalation = z.strictObject({
  /** Null: all kinds. */
  kinds: z.array(z.string().min(1).max(60)).min(1, "Choose at least one kind, or all.").max(100).nullable(),
  afterHours: z.int("Enter whole hours.").min(1, "At least 1 hour.").max(168, "At most 168 hours, which is a week."),
  /** `tenant:object` of staff; empty: no one. */
  people: z.array(z.string().min(1).max(200)).max(maxEscalationSteps, `At most ${maxEscalationSteps} people.`),
});
export type Escalation = z.infer<typeof escalation>;
export const setEscalationInput = escalation.extend({ seenVersion: seenFingerprint });
export type SetEscalationInput = z.infer<typeof setEscalationInput>;
export const noEscalation: Escalation = { kinds: null, afterHours: 4, people: [] };

/** The address of the page on which the person confirms what the message offers. */
export const noticeLinkInput = z.strictObject({ link: z.string().min(1).max(300) });
export const noticeActInput = noticeLinkInput.extend({
  action: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("take") }),
    z.strictObject({ kind: z.literal("snooze"), until: z.iso.datetime({ offset: true }), reason }),
    z.strictObject({ kind: z.literal("approve") }),
  ]),
});
export type NoticeAction = z.infer<typeof noticeActInput>["action"];

const automaticMailKinds = ["received", "waiting", "active", "failed", "payment_failed", "lapsing"] as const;
/** Templates for emails that staff write: never sent automatically. */
export const staffMailKinds = ["trial_ends", "term_ends"] as const;
export const purchaserMailKinds = [...automaticMailKinds, ...staffMailKinds] as const;
export type PurchaserMailKind = (typeof purchaserMailKinds)[number];

export type PurchaserMailText = { subject: string; body: string };
export type PurchaserMailTexts = Record<string, PurchaserMailText>;

export const purchaserMailKindLabels: Record<PurchaserMailKind, string> = {
  received: "Purchase received",
  waiting: "Purchase is being set up",
  active: "Subscription is active",
  failed: "Activation failed",
  payment_failed: "Payment failed",
  lapsing: "Subscription is about to end",
  trial_ends: "Trial ends",
  term_ends: "Term ends",
};

export const purchaserMailText = z.strictObject({
  subject: typed().trim().min(1, "Enter a subject.").max(200, "Keep the subject under 200 characters."),
  body: typed().trim().min(1, "Enter the text of the email.").max(4_000, "Keep the text under 4,000 characters."),
});
const mailKind = z.enum(purchaserMailKinds);
const mailLanguage = z.enum(languages);

/** `text` null: ours. */
export const setPurchaserMailInput = z.strictObject({
  kind: mailKind,
  isEnabled: z.boolean(),
  language: mailLanguage,
  text: purchaserMailText.nullable(),
  seenVersion: seenFingerprint,
});
export type SetPurchaserMailInput = z.infer<typeof setPurchaserMailInput>;

export const previewPurchaserMailInput = z.strictObject({
  kind: mailKind,
  language: mailLanguage,
  text: purchaserMailText.nullable(),
});
export type PreviewPurchaserMailInput = z.infer<typeof previewPurchaserMailInput>;
