import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { policyChangeStates, protectedPolicies } from "../../../shared/policy-changes.ts";
import { instant } from "./column-types.ts";

/** Changes that weaken a protective policy: each waits for a second admin, or until it is due. */
export const policyChanges = pgTable(
  "policy_changes",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    policy: text({ enum: protectedPolicies }).notNull(),
    /** Which part of the policy it is about, such as one offer's rule; empty if there is only one. */
    scope: text().notNull(),
    /** The command's input, for carrying it out when it is applied. */
    input: jsonb().$type<Record<string, unknown>>().notNull(),
    summary: text().notNull(),
    reason: text().notNull(),
    state: text({ enum: policyChangeStates }).notNull(),
    requestedById: text().notNull(),
    requestedByName: text().notNull(),
    requestedAt: instant().notNull(),
    /** When it applies without a second admin. */
    appliesAt: instant().notNull(),
    decidedById: text(),
    decidedByName: text(),
    decidedAt: instant(),
    /** Why it was declined, or could not be applied. */
    decisionReason: text(),
  },
  (table) => [
    check(
      "policy_changes_decided",
      sql`(${table.state} = 'waiting') = (${table.decidedAt} is null) and (${table.decidedAt} is null) = (${table.decidedByName} is null)`,
    ),
    check(
      "policy_changes_second_admin",
      sql`${table.state} <> 'approved' or (${table.decidedById} is not null and ${table.decidedById} <> ${table.requestedById})`,
    ),
    check("policy_changes_wait", sql`${table.appliesAt} > ${table.requestedAt}`),
    /** At most one waiting change per part; a second request has to withdraw the first. */
    uniqueIndex("policy_changes_one_waiting")
      .on(table.policy, table.scope)
      .where(sql`${table.state} = 'waiting'`),
    /** Waiting and due changes. */
    index("policy_changes_waiting")
      .on(table.appliesAt)
      .where(sql`${table.state} = 'waiting'`),
  ],
);
