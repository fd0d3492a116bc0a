/** Metered usage: events as reported, slots that Microsoft bills by the hour, and what was sent for each. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { usageSources, usageStates } from "../../../shared/usage.ts";
import { actorKind, day, instant } from "./column-types.ts";

/** Usage as it was reported. Append-only. */
export const usageEvents = pgTable(
  "usage_events",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** The product's own id: one event, however often it is reported. */
    eventId: text().notNull().unique("usage_events_event_id"),
    subscriptionId: text().notNull(),
    /** The plan at that time. */
    planId: text().notNull(),
    dimension: text().notNull(),
    /** Negative only for a correction. */
    quantity: numeric().notNull(),
    occurredAt: instant().notNull(),
    /** The UTC hour of `occurredAt`, which is the slot's. */
    hour: instant().notNull(),
    receivedAt: instant().notNull(),
    /** Whether the usage was older than Microsoft's 24 hours when it was reported, so that it is not billed. */
    isLost: boolean().notNull(),
    source: text({ enum: usageSources }).notNull(),
    reason: text(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
  },
  (table) => [
    check("usage_events_quantity", sql`${table.quantity} > 0 or ${table.source} = 'correction'`),
    /** The events of a slot. */
    index("usage_events_slot").on(table.subscriptionId, table.dimension, table.hour),
  ],
);

/**
 * The usage of one subscription and dimension in one UTC hour, which Microsoft accepts once. It collects usage until
 * it is sealed. What is reported later is carried to an open hour.
 */
export const usageSlots = pgTable(
  "usage_slots",
  {
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    dimension: text().notNull(),
    hour: instant().notNull(),
    planId: text().notNull(),
    /** Reported for this hour before it was sealed. */
    quantity: numeric().notNull(),
    /** Late usage of other hours that is billed in this one. */
    carried: numeric().notNull().default("0"),
    /** Reported after sealing, or for another plan; waits to be carried to an open hour. */
    late: numeric().notNull().default("0"),
    /** What of `late` was reported for other plans than the slot's, by plan, as decimal digits. */
    lateOther: jsonb().$type<Record<string, string>>(),
    /** Reported late and carried to an open hour. */
    moved: numeric().notNull().default("0"),
    /** Reported too late to be billed. */
    lost: numeric().notNull().default("0"),
    /** What of `lost` came in time, but no hour of its former plan was free. */
    lostOfFormerPlan: numeric().notNull().default("0"),
    /** The time of usage that Microsoft gets: the last one in the hour, for the longest time to send it. */
    effectiveAt: instant().notNull(),
    state: text({ enum: usageStates }).notNull(),
    sealAt: instant(),
    sealedAt: instant(),
    isTrial: boolean().notNull().default(false),
    /** The term of the account. */
    termStartsOn: day(),
    /** False: its quantity may be wrong, so it is not added to the account before staff send or correct it. */
    isCounted: boolean().notNull().default(true),
    /** What exceeds the included quantity of the term. */
    billable: numeric(),
    /** When it is sent, or tried again. */
    dueAt: instant(),
    attempts: integer().notNull().default(0),
    claimedBy: uuid(),
    claimedUntil: instant(),
    /** Why it waits, is held, rejected, lost or dropped: a code for the rules, and Microsoft's message. */
    problem: text(),
    problemDetail: text(),
    /** Microsoft's answer. */
    accepted: numeric(),
    usageEventId: text(),
    /** The dimension's list price when it was accepted; a trigger sets it. Both null: it was unknown. */
    listPrice: numeric(),
    currency: text(),
    endedAt: instant(),
  },
  (table) => [
    unique("usage_slots_hour").on(table.subscriptionId, table.dimension, table.hour),
    check(
      "usage_slots_sealed",
      sql`(${table.state} = 'collecting') = (${table.sealAt} is not null) and (${table.state} = 'collecting') = (${table.sealedAt} is null) and (${table.state} = 'collecting') = (${table.billable} is null)`,
    ),
    check("usage_slots_due", sql`(${table.state} = 'waiting') = (${table.dueAt} is not null)`),
    check("usage_slots_accepted", sql`(${table.state} = 'accepted') = (${table.accepted} is not null)`),
    check("usage_slots_price", sql`(${table.listPrice} is null) = (${table.currency} is null)`),
    check(
      "usage_slots_quantities",
      sql`${table.quantity} >= 0 and ${table.carried} >= 0 and ${table.late} >= 0 and ${table.moved} >= 0 and ${table.lost} >= 0 and coalesce(${table.billable}, 0) >= 0`,
    ),
    check("usage_slots_claim", sql`(${table.claimedBy} is null) = (${table.claimedUntil} is null)`),
    /** Hours to seal. */
    index("usage_slots_collecting")
      .on(table.sealAt)
      .where(sql`${table.state} = 'collecting'`),
    /** Hours to send, the oldest first. */
    index("usage_slots_waiting")
      .on(table.hour, table.id)
      .where(sql`${table.state} = 'waiting'`),
    /** Hours with late usage to carry. */
    index("usage_slots_late")
      .on(table.id)
      .where(sql`${table.late} > 0`),
    /** Hours that a person decides about. */
    index("usage_slots_undecided")
      .on(table.state, table.effectiveAt)
      .where(sql`${table.state} in ('held', 'rejected')`),
    index("usage_slots_lost_of_former_plan")
      .on(table.hour)
      .where(sql`${table.lostOfFormerPlan} > 0`),
    /** The list of all slots, newest first, and of one state. */
    index("usage_slots_listed").on(table.hour, table.id),
    index("usage_slots_listed_by_state").on(table.state, table.hour, table.id),
    index("usage_slots_listed_lost")
      .on(table.hour, table.id)
      .where(sql`${table.state} = 'lost' or ${table.lost} > 0`),
    /** Accepted without a known list price; few. */
    index("usage_slots_unpriced")
      .on(table.hour, table.id)
      .where(sql`${table.accepted} is not null and ${table.currency} is null`),
    /** Usage that was lost before it was added to an account, for its retention. */
    index("usage_slots_without_account")
      .on(table.hour, table.id)
      .where(sql`${table.termStartsOn} is null and ${table.state} = 'lost'`),
  ],
);

/** The usage of a dimension in one term of a subscription and plan; usage of a free trial counts separately. */
export const usageAccounts = pgTable(
  "usage_accounts",
  {
    subscriptionId: text().notNull(),
    planId: text().notNull(),
    dimension: text().notNull(),
    termStartsOn: day().notNull(),
    isTrial: boolean().notNull(),
    termEndsOn: day().notNull(),
    used: numeric().notNull(),
    /** What of it exceeded the included quantity. */
    billed: numeric().notNull(),
    /** The included quantity at the last sealing; null: unlimited. */
    included: numeric(),
    /** The highest share of the included quantity, in percent, of which the product is notified; 0: none. */
    notifiedPercent: integer().notNull().default(0),
    /** Retention looks for hours of the term after this day; null: after the term; infinity: it has no hours left. */
    sweepAfter: day(),
    /** Sums of hours that were deleted after their retention, so that the totals of the term remain. */
    deletedUsed: numeric().notNull().default("0"),
    deletedAccepted: numeric().notNull().default("0"),
    deletedLost: numeric().notNull().default("0"),
    deletedDropped: numeric().notNull().default("0"),
    /** The last of these hours; null: all are kept. */
    deletedThrough: instant(),
  },
  (table) => [
    primaryKey({
      columns: [table.subscriptionId, table.dimension, table.planId, table.termStartsOn, table.isTrial],
    }),
    check("usage_accounts_quantities", sql`${table.used} >= 0 and ${table.billed} >= 0`),
    /** Accounts whose hours retention may delete. */
    index("usage_accounts_to_sweep").on(sql`coalesce(${table.sweepAfter}, ${table.termEndsOn})`),
  ],
);

/** The amount of an account's accepted hours that were deleted after their retention, each at its list price then. */
export const usageDeletedAmounts = pgTable(
  "usage_deleted_amounts",
  {
    subscriptionId: text().notNull(),
    dimension: text().notNull(),
    planId: text().notNull(),
    termStartsOn: day().notNull(),
    isTrial: boolean().notNull(),
    currency: text().notNull(),
    amount: numeric().notNull(),
    quantity: numeric().notNull(),
  },
  (table) => [
    primaryKey({
      name: "usage_deleted_amounts_pk",
      columns: [table.subscriptionId, table.dimension, table.planId, table.termStartsOn, table.isTrial, table.currency],
    }),
  ],
);

/** Late usage that was billed in another hour. Append-only. */
export const usageCarries = pgTable(
  "usage_carries",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    fromSlotId: uuid().notNull(),
    toSlotId: uuid().notNull(),
    quantity: numeric().notNull(),
    at: instant().notNull(),
  },
  (table) => [
    index("usage_carries_from").on(table.fromSlotId),
    index("usage_carries_to").on(table.toSlotId),
    check("usage_carries_quantity", sql`${table.quantity} > 0`),
  ],
);

/** A slot in a call to Microsoft, stored before the call; without an answer if none came or the process ended. */
export const usageSubmissions = pgTable(
  "usage_submissions",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    slotId: uuid().notNull(),
    /** The same for all slots of a call; Microsoft's correlation ID. */
    callId: uuid().notNull(),
    sentAt: instant().notNull(),
    quantity: numeric().notNull(),
    answeredAt: instant(),
    httpStatus: integer(),
    requestId: text(),
    /** Microsoft's status of the item, such as `Accepted`; open. */
    status: text(),
    usageEventId: text(),
    message: text(),
    /** The quantity that Microsoft had accepted before, if this was a duplicate. */
    earlierQuantity: numeric(),
  },
  (table) => [
    index("usage_submissions_slot").on(table.slotId, table.id),
    index("usage_submissions_call").on(table.callId),
  ],
);
