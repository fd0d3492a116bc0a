import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { setBy } from "./column-types.ts";
import { activationMode, storedActivationModes } from "./stored-activation-mode.ts";

/** When purchases are activated, in versions; the latest of a scope is active. Append-only. */
export const activationPolicies = pgTable(
  "activation_policies",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all policies. */
    version: integer().notNull().unique("activation_policies_version"),
    /** Null: all offers. */
    offerId: text(),
    /** Null: all plans of the offer. */
    planId: text(),
    /** The scope inherits the wider policy from here on. */
    followsWider: boolean().notNull().default(false),
    mode: activationMode("way"),
    ...setBy,
  },
  (table) => [
    check("activation_policies_version_positive", sql`${table.version} > 0`),
    check("activation_policies_plan_of_offer", sql`${table.offerId} is not null or ${table.planId} is null`),
    check("activation_policies_no_empty_ids", sql`${table.offerId} <> '' and ${table.planId} <> ''`),
    check(
      "activation_policies_way",
      sql`${table.mode} in (${sql.raw(storedActivationModes.map((mode) => `'${mode}'`).join(", "))})`,
    ),
    check("activation_policies_way_or_wider", sql`${table.followsWider} = (${table.mode} is null)`),
    check("activation_policies_wider_of_all", sql`not ${table.followsWider} or ${table.offerId} is not null`),
    check("activation_policies_reason", sql`${table.reason} <> ''`),
    /** The active policy of an offer and plan, and a scope's history. */
    index("activation_policies_scope").on(table.offerId, table.planId, table.version),
  ],
);
