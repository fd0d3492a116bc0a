import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { cancelRequestStates } from "../../../shared/lifecycle.ts";
import { actorKind, instant } from "./column-types.ts";

/** The cancellation policy; one row, absent if never set. */
export const cancelPolicy = pgTable(
  "cancel_policy",
  {
    isOnlyRow: boolean().primaryKey().default(true),
    /** A cancellation waits until a second person approves it. */
    needsSecondPerson: boolean().notNull(),
    /** How long it waits, in hours. */
    waitsHours: integer().notNull(),
    /** Increases with each change. */
    version: integer().notNull(),
    updatedAt: instant().notNull(),
    updatedByName: text().notNull(),
  },
  (table) => [
    check("cancel_policy_one_row", sql`${table.isOnlyRow}`),
    check("cancel_policy_waits", sql`${table.waitsHours} between 1 and 720`),
  ],
);

/** A cancellation that one person requested and another approves or declines. */
export const cancelRequests = pgTable(
  "cancel_requests",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    state: text({ enum: cancelRequestStates }).notNull(),
    reason: text().notNull(),
    reasonCode: text(),
    /** Staff, or the product with an API key. */
    requestedByKind: actorKind().notNull().default("staff"),
    requestedById: text().notNull(),
    requestedByName: text().notNull(),
    requestedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    /** Who approved, declined or withdrew it; `Marketdesk` if it expired. */
    decidedById: text(),
    decidedByName: text(),
    decidedAt: instant(),
    /** Why it was declined. */
    decisionReason: text(),
    /** The cancellation at Microsoft, once approved. */
    operationId: uuid(),
  },
  (table) => [
    check(
      "cancel_requests_decided",
      sql`(${table.state} = 'waiting') = (${table.decidedAt} is null) and (${table.decidedAt} is null) = (${table.decidedByName} is null)`,
    ),
    check(
      "cancel_requests_second_person",
      sql`${table.state} <> 'approved' or ${table.decidedById} <> ${table.requestedById}`,
    ),
    check("cancel_requests_operation", sql`(${table.state} = 'approved') = (${table.operationId} is not null)`),
    check("cancel_requests_expiry", sql`${table.expiresAt} > ${table.requestedAt}`),
    /** At most one waiting request per subscription; read by the subscription's page. */
    uniqueIndex("cancel_requests_one_waiting")
      .on(table.subscriptionId)
      .where(sql`${table.state} = 'waiting'`),
    /** Needs, and expired requests. */
    index("cancel_requests_waiting")
      .on(table.expiresAt)
      .where(sql`${table.state} = 'waiting'`),
    /** The timeline: the request of a cancellation. */
    uniqueIndex("cancel_requests_operation")
      .on(table.operationId)
      .where(sql`${table.operationId} is not null`),
  ],
);
