import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Language } from "../../../shared/languages.ts";
import type {
  Escalation,
  NotificationSettings,
  PurchaserMailKind,
  PurchaserMailTexts,
} from "../../../shared/notifications.ts";
import { frequencies, noticeFrequencies, noticeTypes } from "../../../shared/notifications.ts";
import { instant } from "./column-types.ts";
import { outboxReceivers } from "./outbox.ts";

/** Channels of Teams and Slack that get notices. Rows stay after a removal, without address. */
export const channels = pgTable(
  "channels",
  {
    id: uuid()
      .primaryKey()
      .references(() => outboxReceivers.id),
    name: text().notNull(),
    /** Encrypted, because anyone who has it can post. Null after the removal. */
    address: text(),
    /** The host of the address, for people. */
    host: text().notNull(),
    createdByName: text().notNull(),
    createdAt: instant().notNull(),
    /** When a test was last delivered. */
    testedAt: instant(),
    removedAt: instant(),
  },
  (table) => [
    check("channels_name", sql`${table.name} <> ''`),
    check("channels_address", sql`(${table.removedAt} is null) = (${table.address} is not null)`),
    uniqueIndex("channels_name_in_use")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.removedAt} is null`),
  ],
);

/** Browsers of staff that get notifications. */
export const pushBrowsers = pgTable(
  "push_browsers",
  {
    id: uuid().primaryKey(),
    /** `tenant:object` of staff. */
    staffId: text().notNull(),
    /** Browser and system, for people. */
    name: text().notNull(),
    /** The host of its push service. */
    host: text().notNull(),
    /** Encrypted: its address at the push service, and its keys. */
    subscription: text().notNull(),
    /** SHA-256 of the address, by which a page finds its own browser. */
    fingerprint: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex("push_browsers_fingerprint").on(table.fingerprint),
    /** A person's browsers. */
    index("push_browsers_staff").on(table.staffId),
  ],
);

/** What a member of staff, or a channel, is notified of. */
export const notificationSettings = pgTable("notification_settings", {
  /** `tenant:object` of staff, or the id of a channel. */
  subscriber: text().primaryKey(),
  settings: jsonb().$type<NotificationSettings>().notNull(),
  /** Older needs are not announced. */
  since: instant().notNull(),
  /** Null: stored by an earlier version. */
  changedByName: text(),
});

/** Who is notified next if no one picks up a need. One row. */
export const escalations = pgTable(
  "escalations",
  {
    id: text().primaryKey(),
    escalation: jsonb().$type<Escalation>().notNull(),
    since: instant().notNull(),
    /** Null: stored by an earlier version. */
    changedByName: text(),
  },
  (table) => [check("escalations_one", sql`${table.id} = 'all'`)],
);

/** Needs from the moment they were first seen, until they are resolved. */
export const seenNeeds = pgTable(
  "seen_needs",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    /** The need's id within its kind. */
    subjectId: text().notNull(),
    subscriptionId: text(),
    deadline: instant(),
    firstSeenAt: instant().notNull(),
    /** When its last snooze ends or ended. Then it is announced again. */
    snoozedUntil: instant(),
    endedAt: instant(),
    takenById: text(),
    takenByName: text(),
    takenAt: instant(),
  },
  (table) => [
    check("seen_needs_taken", sql`num_nonnulls(${table.takenById}, ${table.takenByName}, ${table.takenAt}) in (0, 3)`),
    uniqueIndex("seen_needs_open")
      .on(table.kind, table.subjectId)
      .where(sql`${table.endedAt} is null`),
    /** What ended recently, and what is old enough to be deleted. */
    index("seen_needs_ended")
      .on(table.endedAt)
      .where(sql`${table.endedAt} is not null`),
  ],
);

/** One message about needs. Its words are made when it is sent. */
export const notices = pgTable(
  "notices",
  {
    /** Also the id of the message in the outbox. */
    id: uuid().primaryKey(),
    type: text({ enum: noticeTypes }).notNull(),
    /** `tenant:object` of staff for email, or the id of a channel or browser. */
    target: text().notNull(),
    frequency: text({ enum: noticeFrequencies }).notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    /** The latest of a target. */
    index("notices_target").on(table.target, table.createdAt),
    /** What is old enough to be deleted. */
    index("notices_created").on(table.createdAt),
  ],
);

/** The needs of a notice. A target is notified once of each need, and again after each snooze. */
export const noticeNeeds = pgTable(
  "notice_needs",
  {
    noticeId: uuid()
      .notNull()
      .references(() => notices.id, { onDelete: "cascade" }),
    needId: bigint({ mode: "number" })
      .notNull()
      .references(() => seenNeeds.id, { onDelete: "cascade" }),
    /** `tenant:object` of staff for email, or the id of a channel or browser. */
    target: text().notNull(),
    type: text({ enum: noticeTypes }).notNull(),
    /** When the link of the message was used. */
    usedAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.noticeId, table.needId] }),
    /** Who has been notified of a need. */
    index("notice_needs_need").on(table.needId, table.target, table.type),
  ],
);

/** Events that a target is notified of, for each subscriber whose rule wants it. One message has them all, once. */
export const noticeEvents = pgTable(
  "notice_events",
  {
    /** The event's entry in the audit trail. */
    eventId: uuid().notNull(),
    /** `tenant:object` of staff for email, or the id of a channel or browser. */
    target: text().notNull(),
    /** Whose rule it is. */
    subscriber: text().notNull(),
    frequency: text({ enum: frequencies }).notNull(),
    seenAt: instant().notNull(),
    /** Null until its message is due. */
    noticeId: uuid().references(() => notices.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.target, table.subscriber] }),
    /** The events of a notice. */
    index("notice_events_notice").on(table.noticeId),
    /** What waits for its time. */
    index("notice_events_waiting")
      .on(table.target)
      .where(sql`${table.noticeId} is null`),
  ],
);

/** How far the events of the feed have been read for notices. One row. */
export const noticeEventPosition = pgTable(
  "notice_event_position",
  {
    id: text().primaryKey(),
    position: bigint({ mode: "number" }).notNull(),
  },
  (table) => [check("notice_event_position_one", sql`${table.id} = 'all'`)],
);

/** Emails to purchasers: whether they are sent, and texts that replace ours. */
export const purchaserMails = pgTable("purchaser_mails", {
  kind: text().$type<PurchaserMailKind>().primaryKey(),
  isEnabled: boolean().notNull(),
  /** By language. */
  texts: jsonb().$type<PurchaserMailTexts>().notNull(),
  changedByName: text().notNull(),
  changedAt: instant().notNull(),
});

/** How far the events of the feed have become emails to purchasers. One row. */
export const purchaserMailPosition = pgTable(
  "purchaser_mail_position",
  {
    id: text().primaryKey(),
    position: bigint({ mode: "number" }).notNull(),
    /** When emails to purchasers were turned on: earlier events are not mailed. */
    since: instant().notNull(),
  },
  (table) => [check("purchaser_mail_position_one", sql`${table.id} = 'all'`)],
);

/** The language in which the purchaser last confirmed the purchase. */
export const purchaserLanguages = pgTable("purchaser_languages", {
  subscriptionId: text().primaryKey(),
  language: text().$type<Language>().notNull(),
});
