import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgEnum, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Day } from "../../../shared/day.ts";
import { operationAttentions, operationOutcomes, operationStages } from "../../../shared/lifecycle.ts";
import type { StepCall } from "../../../shared/views/operations.ts";
import { actorKind, instant } from "./column-types.ts";
import { changeRules } from "./change-rules.ts";

export const operationStage = pgEnum("operation_stage", operationStages);

export const operationOutcome = pgEnum("operation_outcome", operationOutcomes);

export const operationSource = pgEnum("operation_source", ["Azure", "Partner"]);

/** One operation: Microsoft's, or one that the desk started. */
export const operations = pgTable(
  "operations",
  {
    /** Ours; ordered by time. */
    id: uuid().primaryKey(),
    /** Microsoft's id of it; null until a change of our own was accepted, and always for Activate. */
    marketplaceId: text().unique("operations_marketplace_id"),
    /** No foreign key: a webhook may name a subscription that we do not have yet. */
    subscriptionId: text().notNull(),
    action: text().notNull(),
    source: operationSource().notNull(),
    stage: operationStage().notNull(),
    /** Microsoft's word for its state, as last read. */
    status: text(),
    outcome: operationOutcome(),
    /** The plan or seats asked for. */
    planId: text(),
    quantity: integer(),
    /** The last day of the term that a renewal named. As text: it passes through JSON and is compared with other days only. */
    termEndsOn: text().$type<Day>(),
    /** Microsoft's time of it; null where its webhook named none, and for changes of our own. */
    occurredAt: instant(),
    decision: text({ enum: ["accept", "reject"] }),
    decisionReason: text(),
    /** The change rule that decided. Version 0 without an id: no rule was set; both null: no rule was asked. */
    decisionRuleId: uuid().references(() => changeRules.id),
    decisionRuleVersion: integer(),
    /** What the subscription had when a change that the customer asked for was decided. */
    heldPlanId: text(),
    heldQuantity: integer(),
    /** When Microsoft stops waiting for our answer. */
    answerDueAt: instant(),
    acknowledgedAt: instant(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    reason: text(),
    reasonCode: text(),
    /** Set before the call that starts our change, so that a crash in between is known to have been possible. */
    sentAt: instant(),
    attempts: integer().notNull().default(0),
    /** Since when Microsoft's record of the subscription has been watched for the effect, which it did not show at first. */
    effectAwaitedSince: instant(),
    /** Why staff should look at it although it is settled. */
    attention: text({ enum: operationAttentions }),
    lastError: text(),
    /** It was given up at this time; staff may retry. */
    stuckAt: instant(),
    /** When it is to be worked on next: the operation is its own job. Null when it is settled, or gave up. */
    dueAt: instant(),
    /** The worker that is at it; null between runs. */
    claimedBy: text(),
    /** When a worker last took it up. */
    claimedAt: instant(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    settledAt: instant(),
  },
  (table) => [
    check("operations_settled_at", sql`(${table.stage} = 'settled') = (${table.settledAt} is not null)`),
    check("operations_outcome_at_end", sql`(${table.stage} = 'settled') = (${table.outcome} is not null)`),
    check(
      "operations_due_while_open",
      sql`(${table.dueAt} is not null) = (${table.stage} <> 'settled' and ${table.stuckAt} is null)`,
    ),
    check(
      "operations_claimed_while_due",
      sql`${table.claimedBy} is null or (${table.claimedAt} is not null and ${table.dueAt} is not null)`,
    ),
    check("operations_decision_reason", sql`(${table.decision} is null) = (${table.decisionReason} is null)`),
    check(
      "operations_decision_rule",
      sql`coalesce(${table.decisionRuleVersion} > 0, false) = (${table.decisionRuleId} is not null) and (${table.decisionRuleVersion} is null or ${table.decision} is not null)`,
    ),
    check(
      "operations_stage_of_source",
      sql`${table.stage} not in ('requested', 'accepted') or ${table.source} = 'Partner'`,
    ),
    check("operations_accepted_was_sent", sql`${table.stage} <> 'accepted' or ${table.sentAt} is not null`),
    /** One change of ours at Microsoft for each subscription; the next one is requested and waits unsent. */
    uniqueIndex("operations_one_sent_of_ours")
      .on(table.subscriptionId)
      .where(sql`${table.stage} in ('requested', 'accepted') and ${table.sentAt} is not null`),
    /** Operations of a subscription, newest first. */
    index("operations_subscription").on(table.subscriptionId, table.id),
    /** The list filtered by how few ended, and by the member of staff who asked, newest first. */
    index("operations_outcome")
      .on(table.outcome, table.id)
      .where(sql`${table.outcome} <> 'succeeded'`),
    index("operations_person")
      .on(table.actorId, table.id)
      .where(sql`${table.actorId} is not null`),
    /** The list filtered by an action that is not met soon in the order of the key. */
    index("operations_action")
      .on(table.action, table.id)
      .where(sql`${table.action} not in ('ChangePlan', 'ChangeQuantity', 'Renew')`),
    /** The list of open operations, newest first; that of all follows the key. */
    index("operations_open")
      .on(table.id)
      .where(sql`${table.stage} <> 'settled'`),
    /** The changes that customers asked for since a day: what a change rule would have refused. */
    index("operations_customer_changes")
      .on(table.createdAt)
      .where(sql`${table.heldPlanId} is not null`),
    /** Whether a subscription has an open operation. */
    index("operations_open_of_subscription")
      .on(table.subscriptionId)
      .where(sql`${table.stage} <> 'settled'`),
    /** Workers: what is due and free, */
    index("operations_due")
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null and ${table.claimedBy} is null`),
    /** what is claimed, by subscription, so that another of its operations waits; and whose worker may have died. */
    index("operations_claimed")
      .on(table.subscriptionId)
      .where(sql`${table.claimedBy} is not null`),
    /** What needs someone: operations that Microsoft waits for, */
    index("operations_answer_due")
      .on(table.answerDueAt)
      .where(sql`${table.answerDueAt} is not null and ${table.stage} in ('received', 'verified', 'decided')`),
    /** those that gave up, */
    index("operations_stuck")
      .on(table.stuckAt)
      .where(sql`${table.stuckAt} is not null`),
    /** those that are settled and still want a look, */
    index("operations_attention")
      .on(table.settledAt)
      .where(sql`${table.attention} is not null`),
    /** those that were set aside of late, and activations that failed of late. */
    index("operations_quarantined")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'quarantined'`),
    index("operations_failed_activations")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'failed' and ${table.action} = 'Activate'`),
  ],
);

/** One step taken with an operation, and the calls to Microsoft that it made. Append-only. */
export const operationSteps = pgTable(
  "operation_steps",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    operationId: uuid().notNull(),
    startedAt: instant().notNull(),
    endedAt: instant().notNull(),
    /** What `nextStep` said to do. */
    step: text().notNull(),
    /** The stage after it; the same as before when the step has to be taken again. */
    stage: operationStage().notNull(),
    /** What went wrong or is waited for, in words. */
    note: text(),
    calls: jsonb().$type<StepCall[]>().notNull(),
  },
  (table) => [
    /** The trace of an operation. */
    index("operation_steps_operation").on(table.operationId, table.id),
    /** Search: the beginning of any id of a call. `ids_of_calls` stands in the migration of this index. */
    index("operation_steps_ids").using("gin", sql`ids_of_calls(${table.calls})`),
  ],
);
