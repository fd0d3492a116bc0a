import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgEnum, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { confirmedAccesses } from "../../../shared/product.ts";
import { instant } from "./column-types.ts";
import { subscriptions } from "./subscriptions.ts";

export const confirmedAccess = pgEnum("confirmed_access", confirmedAccesses);

/** What the publisher's product last said that it has provisioned, one row for each subscription that it spoke of. */
export const confirmations = pgTable(
  "confirmations",
  {
    subscriptionId: text()
      .primaryKey()
      .references(() => subscriptions.id, { onDelete: "cascade" }),
    planId: text().notNull(),
    /** Null: the product counts no seats. */
    quantity: integer(),
    access: confirmedAccess().notNull(),
    /** The product's own name for what it provisioned, such as a tenant's id. */
    reference: text(),
    /** What the product gives as proof, in a sentence. */
    evidence: text(),
    keyId: uuid().notNull(),
    keyName: text().notNull(),
    /** When it last said so, and when it first said exactly this. */
    confirmedAt: instant().notNull(),
    changedAt: instant().notNull(),
    /**
     * Since when it differs from what the subscription is entitled to; null: it does not. Kept by triggers here and on
     * `subscriptions`, so that no change of either side is missed.
     */
    differsSince: instant(),
  },
  (table) => [
    check("confirmations_quantity_positive", sql`${table.quantity} > 0`),
    check("confirmations_plan", sql`${table.planId} <> ''`),
    check("confirmations_in_order", sql`${table.changedAt} <= ${table.confirmedAt}`),
    /** What needs someone, and the list filtered by drift: those that differ, the longest first. */
    index("confirmations_differing")
      .on(table.differsSince, table.subscriptionId)
      .where(sql`${table.differsSince} is not null`),
  ],
);

/**
 * What the product hears: the entries of `activity` that concern it. Neither ids nor a sequence follow the order of commits,
 * so a row gets its position after its commit, from one reader at a time.
 */
export const events = pgTable(
  "events",
  {
    /** That of the entry. */
    id: uuid().primaryKey(),
    /** Null: committed, and not yet in line. */
    position: bigint({ mode: "number" }),
  },
  (table) => [
    /** The feed in its order. */
    uniqueIndex("events_position")
      .on(table.position)
      .where(sql`${table.position} is not null`),
    /** Those that wait for a position. */
    index("events_waiting")
      .on(table.id)
      .where(sql`${table.position} is null`),
    check("events_position_positive", sql`${table.position} > 0`),
  ],
);
