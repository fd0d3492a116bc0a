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

/** One operation, Microsoft's or ours. */
export const operations = pgTable(
  "operations",
  {
    /** Our id; ordered by time. */
    id: uuid().primaryKey(),
    /** Microsoft's id; null until our change was accepted, and always for Activate. */
    marketplaceId: text().unique("operations_marketplace_id"),
    /** The id in Microsoft's webhook, if it belongs to an operation with another action or subscription; `marketplaceId` is then null. */
    reusedId: text(),
    /** No foreign key, because a webhook may name a subscription that we do not have yet. */
    subscriptionId: text().notNull(),
    action: text().notNull(),
    source: operationSource().notNull(),
    stage: operationStage().notNull(),
    /** Microsoft's status, as last read. */
    status: text(),
    outcome: operationOutcome(),
    /** The requested plan or seats. */
    planId: text(),
    quantity: integer(),
    /** The last day of a renewal's term. Text, because it passes through JSON and is only compared with other days. */
    termEndsOn: text().$type<Day>(),
    /** Microsoft's time of it, from its webhook or Get Operation; null if neither has one, or only one far in the future. */
    occurredAt: instant(),
    decision: text({ enum: ["accept", "reject"] }),
    decisionReason: text(),
    /** The change rule that decided. Version 0 without an id: no rule was set; both null: rules did not apply. */
    decisionRuleId: uuid().references(() => changeRules.id),
    decisionRuleVersion: integer(),
    /** What the subscription had when a customer's change was decided. */
    previousPlanId: text("held_plan_id"),
    previousQuantity: integer("held_quantity"),
    /** When Microsoft stops waiting for our answer. */
    answerDueAt: instant(),
    acknowledgedAt: instant(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    reason: text(),
    reasonCode: text(),
    /** Set before the call that starts our change, so that after a crash it is known that it may have been sent. */
    sentAt: instant(),
    attempts: integer().notNull().default(0),
    /** Since when Microsoft's record has been watched for a missing effect. */
    effectAwaitedSince: instant(),
    /** Why a settled operation needs attention. */
    attention: text({ enum: operationAttentions }),
    lastError: text(),
    /** When it became stuck; staff can retry. */
    stuckAt: instant(),
    /** When it is due: the operation is its own job. Null if settled or stuck. */
    dueAt: instant(),
    /** The worker that has claimed it; null between runs. */
    claimedBy: text(),
    /** When a worker last claimed it. */
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
    /** At most one change of ours at Microsoft per subscription; the next one waits unsent. */
    uniqueIndex("operations_one_sent_of_ours")
      .on(table.subscriptionId)
      .where(sql`${table.stage} in ('requested', 'accepted') and ${table.sentAt} is not null`),
    /** Repeated webhooks whose id belongs to another operation are one operation. */
    uniqueIndex("operations_reused_id")
      .on(table.reusedId, table.subscriptionId, table.action)
      .where(sql`${table.reusedId} is not null`),
    /** Operations of a subscription, newest first. */
    index("operations_subscription").on(table.subscriptionId, table.id),
    /** The list filtered by a rare outcome, and by the requesting staff member, newest first. */
    index("operations_outcome")
      .on(table.outcome, table.id)
      .where(sql`${table.outcome} <> 'succeeded'`),
    index("operations_person")
      .on(table.actorId, table.id)
      .where(sql`${table.actorId} is not null`),
    /** The list filtered by an action that is rare in key order. */
    index("operations_action")
      .on(table.action, table.id)
      .where(sql`${table.action} not in ('ChangePlan', 'ChangeQuantity', 'Renew')`),
    /** The list of open operations, newest first; the full list uses the key. */
    index("operations_open")
      .on(table.id)
      .where(sql`${table.stage} <> 'settled'`),
    /** Customers' changes since a day, for the preview of change rules. */
    index("operations_customer_changes")
      .on(table.createdAt)
      .where(sql`${table.previousPlanId} is not null`),
    /** Whether a subscription has an open operation. */
    index("operations_open_of_subscription")
      .on(table.subscriptionId)
      .where(sql`${table.stage} <> 'settled'`),
    /** For workers: due and unclaimed operations. */
    index("operations_due")
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null and ${table.claimedBy} is null`),
    /** For workers: claimed operations by subscription, whose other operations wait, and those of dead workers. */
    index("operations_claimed")
      .on(table.subscriptionId)
      .where(sql`${table.claimedBy} is not null`),
    /** Needs: operations that Microsoft waits for. */
    index("operations_answer_due")
      .on(table.answerDueAt)
      .where(sql`${table.answerDueAt} is not null and ${table.stage} in ('received', 'verified', 'decided')`),
    /** Needs: stuck operations. */
    index("operations_stuck")
      .on(table.stuckAt)
      .where(sql`${table.stuckAt} is not null`),
    /** Needs: settled operations that need attention. */
    index("operations_attention")
      .on(table.settledAt)
      .where(sql`${table.attention} is not null`),
    /** Needs: recently quarantined operations, and failed activations. */
    index("operations_quarantined")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'quarantined'`),
    index("operations_failed_activations")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'failed' and ${table.action} = 'Activate'`),
  ],
);

/** One step of an operation, and its calls to Microsoft. Append-only. */
export const operationSteps = pgTable(
  "operation_steps",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    operationId: uuid().notNull(),
    startedAt: instant().notNull(),
    endedAt: instant().notNull(),
    /** The step from `nextStep`. */
    step: text().notNull(),
    /** The stage after it; unchanged if the step has to be repeated. */
    stage: operationStage().notNull(),
    /** The error or wait, in words. */
    note: text(),
    calls: jsonb().$type<StepCall[]>().notNull(),
  },
  (table) => [
    /** The trace of an operation. */
    index("operation_steps_operation").on(table.operationId, table.id),
    /** Search: the beginning of any id of a call. `ids_of_calls` is in `drizzle/0000_schema.sql`. */
    index("operation_steps_ids").using("gin", sql`ids_of_calls(${table.calls})`),
  ],
);
