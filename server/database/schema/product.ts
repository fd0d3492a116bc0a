import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  pgEnum,
  pgSequence,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { confirmedAccesses } from "../../../shared/product.ts";
import { instant } from "./column-types.ts";
import { subscriptions } from "./subscriptions.ts";

export const confirmedAccess = pgEnum("confirmed_access", confirmedAccesses);

/** What the product last confirmed, one row per subscription. */
export const confirmations = pgTable(
  "confirmations",
  {
    subscriptionId: text()
      .primaryKey()
      .references(() => subscriptions.id, { onDelete: "cascade" }),
    planId: text().notNull(),
    /** Null: the product does not count seats. */
    quantity: integer(),
    access: confirmedAccess().notNull(),
    /** The product's own id of what it provisioned, such as a tenant id. */
    reference: text(),
    /** The product's proof, in a sentence. */
    evidence: text(),
    keyId: uuid().notNull(),
    keyName: text().notNull(),
    /** When it last confirmed, and when it first confirmed exactly this. */
    confirmedAt: instant().notNull(),
    changedAt: instant().notNull(),
    /**
     * Since when it differs from the subscription's entitlement; null if they match. Triggers here and on
     * `subscriptions` maintain it, so that no change of either side is missed.
     */
    differsSince: instant(),
  },
  (table) => [
    check("confirmations_quantity_positive", sql`${table.quantity} > 0`),
    check("confirmations_plan", sql`${table.planId} <> ''`),
    check("confirmations_in_order", sql`${table.changedAt} <= ${table.confirmedAt}`),
    /** Needs, and the list filtered by product state: the longest first. */
    index("confirmations_differing")
      .on(table.differsSince, table.subscriptionId)
      .where(sql`${table.differsSince} is not null`),
  ],
);

/** Its values follow the commits of one subscription, because writers hold its lock; ids follow instances' clocks. */
export const eventSequence = pgSequence("events_sequence");

/**
 * The product's events: the entries of `activity` that concern it. Neither ids nor a sequence follow commit order,
 * so a row gets its position after its commit, from one reader at a time.
 */
export const events = pgTable(
  "events",
  {
    /** The entry's id. */
    id: uuid().primaryKey(),
    /** Null: committed, without a position yet. */
    position: bigint({ mode: "number" }),
    /** The order in which they get their positions. Null in events of older versions. */
    sequence: bigint({ mode: "number" }).default(sql`nextval('events_sequence')`),
  },
  (table) => [
    /** The feed in its order. */
    uniqueIndex("events_position")
      .on(table.position)
      .where(sql`${table.position} is not null`),
    /** Events without a position, in the order in which they get one. */
    index("events_waiting_in_order")
      .on(table.sequence.asc().nullsFirst(), table.id)
      .where(sql`${table.position} is null`),
    check("events_position_positive", sql`${table.position} > 0`),
  ],
);
