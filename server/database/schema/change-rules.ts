import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { setBy } from "./column-types.ts";

/** Which changes by customers are accepted, in versions; the latest of a scope is active. Append-only. */
export const changeRules = pgTable(
  "change_rules",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all rules: a decision names it. */
    version: integer().notNull().unique("change_rules_version"),
    /** Null: all offers. */
    offerId: text(),
    /** The plan that the subscription has when its customer asks. Null: all plans of the offer. */
    planId: text(),
    /** The scope inherits the wider rule from here on. */
    followsWider: boolean().notNull().default(false),
    /** Plans that customers may change to. Null: all; empty: none. */
    allowedPlans: text().array(),
    /** Seats that customers may change to. Null: no limit. */
    minQuantity: integer(),
    maxQuantity: integer(),
    /** Staff may answer while Microsoft waits; without an answer the limits decide. */
    asksStaff: boolean().notNull().default(false),
    ...setBy,
  },
  (table) => [
    check("change_rules_version_positive", sql`${table.version} > 0`),
    check("change_rules_plan_of_offer", sql`${table.offerId} is not null or ${table.planId} is null`),
    check(
      "change_rules_no_empty_ids",
      sql`${table.offerId} <> '' and ${table.planId} <> '' and array_position(${table.allowedPlans}, null) is null and array_position(${table.allowedPlans}, '') is null`,
    ),
    /** Plan ids are unique only within an offer. */
    check(
      "change_rules_plans_of_offer",
      sql`${table.offerId} is not null or ${table.allowedPlans} is null or cardinality(${table.allowedPlans}) = 0`,
    ),
    check("change_rules_seats_positive", sql`${table.minQuantity} > 0 and ${table.maxQuantity} > 0`),
    check("change_rules_seats_in_order", sql`${table.minQuantity} <= ${table.maxQuantity}`),
    check(
      "change_rules_nothing_of_its_own",
      sql`not ${table.followsWider} or (${table.offerId} is not null and num_nonnulls(${table.allowedPlans}, ${table.minQuantity}, ${table.maxQuantity}) = 0)`,
    ),
    check("change_rules_reason", sql`${table.reason} <> ''`),
    /** The active rule of an offer and plan, and a scope's history. */
    index("change_rules_scope").on(table.offerId, table.planId, table.version),
  ],
);
