import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { attemptOutcomes, messageStates, receiverKinds, receiverStates, stateReasons } from "../../../shared/outbox.ts";
import type { SentRequest } from "../../../shared/views/messages.ts";
import { instant } from "./column-types.ts";

/** Receivers of messages, with how deliveries to them go. What is particular to a kind is in that kind's table. */
export const outboxReceivers = pgTable(
  "outbox_receivers",
  {
    id: uuid().primaryKey(),
    kind: text({ enum: receiverKinds }).notNull(),
    state: text({ enum: receiverStates }).notNull(),
    /** Why it is not active. */
    stateReason: text({ enum: stateReasons }),
    stateSince: instant().notNull(),
    /** The first failure since the last delivery; null if the last attempt delivered. */
    failingSince: instant(),
    /** How many lanes have failed since then: one lane alone says little about the receiver. */
    failingLanes: integer().notNull().default(0),
    /** No attempt leaves before: what the receiver asked for, or the pause between probes. */
    waitsUntil: instant(),
    /** To the minute. */
    deliveredAt: instant(),
  },
  (table) => [
    check(
      "outbox_receivers_state_reason",
      sql`(${table.state} in ('paused', 'disabled')) = (${table.stateReason} is not null)`,
    ),
    check("outbox_receivers_failing", sql`(${table.failingLanes} > 0) = (${table.failingSince} is not null)`),
  ],
);

/**
 * What waits for one receiver in order: the messages of a subscription. The row exists while there is one to send,
 * and is the job: due at a time, claimed by one sender at a time.
 */
export const outboxLanes = pgTable(
  "outbox_lanes",
  {
    receiverId: uuid().notNull(),
    /** The subscription, or the message itself if no order matters. */
    lane: text().notNull(),
    dueAt: instant().notNull(),
    /** Raised by every message that is added, so that a sender notices one that it has not seen. */
    version: integer().notNull().default(0),
    claimedBy: uuid(),
    /** A claim expires, because its sender may have died. */
    claimedUntil: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.receiverId, table.lane] }),
    check("outbox_lanes_claim", sql`(${table.claimedBy} is null) = (${table.claimedUntil} is null)`),
    /** For senders: what is due for a receiver. */
    index("outbox_lanes_due").on(table.receiverId, table.dueAt),
  ],
);

/** One message to one receiver. */
export const outboxMessages = pgTable(
  "outbox_messages",
  {
    /** The order of messages within a lane. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    receiverId: uuid().notNull(),
    lane: text().notNull(),
    /** What the receiver knows it by; the same for each attempt. For an event it is the event's id. */
    messageId: uuid().notNull(),
    /** The id of the message's subject. A receiver gets one message about each subject. */
    about: text().notNull(),
    /** The event's type, or what else it is. */
    type: text().notNull(),
    subscriptionId: text(),
    state: text({ enum: messageStates }).notNull(),
    /** Attempts since it was created or last sent again. */
    attempts: integer().notNull().default(0),
    firstAttemptAt: instant(),
    /** The last failure, in a few words. */
    problem: text(),
    createdAt: instant().notNull(),
    endedAt: instant(),
    /** The request of staff to send many again that it belongs to. */
    resendId: uuid(),
  },
  (table) => [
    check("outbox_messages_ended", sql`(${table.state} = 'waiting') = (${table.endedAt} is null)`),
    uniqueIndex("outbox_messages_about").on(table.receiverId, table.about),
    /** The first message of a lane. */
    index("outbox_messages_waiting")
      .on(table.receiverId, table.lane, table.id)
      .where(sql`${table.state} = 'waiting'`),
    /** The list of messages to a receiver, newest first. */
    index("outbox_messages_receiver").on(table.receiverId, table.id),
    /** The list of messages about a subscription, newest first. */
    index("outbox_messages_subscription")
      .on(table.subscriptionId, table.id)
      .where(sql`${table.subscriptionId} is not null`),
    /** The list of messages that were not delivered. */
    index("outbox_messages_undelivered")
      .on(table.state, table.id)
      .where(sql`${table.state} <> 'delivered'`),
    /** The messages to an endpoint that were given up. */
    index("outbox_messages_failed")
      .on(table.receiverId, table.endedAt)
      .where(sql`${table.state} = 'failed' and ${table.type} <> 'endpoint.test'`),
    /** For retention. */
    index("outbox_messages_ended_before")
      .on(table.createdAt)
      .where(sql`${table.state} <> 'waiting'`),
  ],
);

/** One attempt to deliver a message. Holds no secret. */
export const outboxAttempts = pgTable(
  "outbox_attempts",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    message: bigint({ mode: "number" })
      .notNull()
      .references(() => outboxMessages.id, { onDelete: "cascade" }),
    at: instant().notNull(),
    durationMs: integer().notNull(),
    outcome: text({ enum: attemptOutcomes }).notNull(),
    /** HTTP status; null if there was no answer. */
    status: integer(),
    problem: text(),
    request: jsonb().$type<SentRequest>(),
    /** The beginning of the answer. */
    answer: text(),
  },
  (table) => [index("outbox_attempts_message").on(table.message, table.id)],
);
