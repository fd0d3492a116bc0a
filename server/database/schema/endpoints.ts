import { sql } from "drizzle-orm";
import { check, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { EventKind } from "../../../shared/product.ts";
import { instant } from "./column-types.ts";
import { outboxReceivers } from "./outbox.ts";

/** Addresses of the product that get its events. Rows stay after a removal, without secrets. */
export const endpoints = pgTable(
  "endpoints",
  {
    id: uuid()
      .primaryKey()
      .references(() => outboxReceivers.id),
    name: text().notNull(),
    address: text().notNull(),
    /** Null: all, those of later versions too. */
    eventTypes: text().array().$type<EventKind[]>(),
    /** Null: all offers. */
    offerIds: text().array(),
    /** Encrypted. Null after the removal. */
    secret: text(),
    /** After a rotation, messages are also signed with the secret before until this time. */
    previousSecret: text(),
    previousSecretEndsAt: instant(),
    secretChangedAt: instant().notNull(),
    createdByName: text().notNull(),
    createdAt: instant().notNull(),
    /** Who last edited it, and when; null: not edited, or by an earlier version. */
    changedByName: text(),
    changedAt: instant(),
    removedAt: instant(),
  },
  (table) => [
    check("endpoints_name", sql`${table.name} <> ''`),
    check("endpoints_event_types", sql`cardinality(${table.eventTypes}) > 0`),
    check("endpoints_offer_ids", sql`cardinality(${table.offerIds}) > 0`),
    check("endpoints_secret", sql`(${table.removedAt} is null) = (${table.secret} is not null)`),
    check(
      "endpoints_previous_secret",
      sql`(${table.previousSecret} is null) = (${table.previousSecretEndsAt} is null)`,
    ),
    /** Endpoints in use have different names. */
    uniqueIndex("endpoints_name_in_use")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.removedAt} is null`),
  ],
);
