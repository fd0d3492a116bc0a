import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { plannedActions, plannedChangeStates, plannerKinds } from "../../../shared/planned-changes.ts";
import { day, instant } from "./column-types.ts";

/** A change that staff want to happen to a subscription on a later day. */
export const plannedChanges = pgTable(
  "planned_changes",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    action: text({ enum: plannedActions }).notNull(),
    planId: text(),
    quantity: integer(),
    /** The plan and seats when it was planned, or as an earlier planned change has left them. */
    seenPlanId: text(),
    seenQuantity: integer(),
    /** The change in words, with a mark for the plan's name. */
    summary: text().notNull(),
    /** The day in UTC on which it is carried out. */
    dueOn: day().notNull(),
    /** The last day of the term that it waits for; null: for no term. */
    termEndsOn: day(),
    /** The day on which a suspension of access ends. */
    untilOn: day(),
    state: text({ enum: plannedChangeStates }).notNull(),
    reason: text().notNull(),
    reasonCode: text(),
    /** `product`: by an API key. */
    plannedByKind: text({ enum: plannerKinds }).notNull().default("staff"),
    plannedById: text().notNull(),
    plannedByName: text().notNull(),
    plannedAt: instant().notNull(),
    /** Not tried before this instant; null: as soon as its day has come. */
    retryAt: instant(),
    /** Why the change failed or still waits. */
    problem: text(),
    /** The operation at Microsoft, once the change is requested. */
    operationId: uuid(),
    endedAt: instant(),
    endedByName: text(),
  },
  (table) => [
    check("planned_changes_plan", sql`(${table.action} = 'changePlan') = (${table.planId} is not null)`),
    check(
      "planned_changes_quantity",
      sql`(${table.action} = 'changeQuantity') = (${table.quantity} is not null) and ${table.quantity} > 0`,
    ),
    check("planned_changes_planner", sql`${table.plannedByKind} in ('staff', 'product')`),
    check(
      "planned_changes_until",
      sql`${table.untilOn} is null or (${table.action} = 'suspend' and ${table.untilOn} > ${table.dueOn})`,
    ),
    check(
      "planned_changes_ended",
      sql`(${table.state} in ('waiting', 'requested')) = (${table.endedAt} is null) and (${table.endedAt} is null) = (${table.endedByName} is null)`,
    ),
    check("planned_changes_operation", sql`${table.state} <> 'requested' or ${table.operationId} is not null`),
    /** One change of a kind on a day; read by the subscription's page. */
    uniqueIndex("planned_changes_one_a_day")
      .on(table.subscriptionId, table.action, table.dueOn)
      .where(sql`${table.state} = 'waiting'`),
    /** Planned changes that are due, and the list in the order of the calendar. */
    index("planned_changes_ahead")
      .on(table.dueOn, table.id)
      .where(sql`${table.state} = 'waiting'`),
    /** Planned changes whose term may have moved. */
    index("planned_changes_at_term_end")
      .on(table.subscriptionId)
      .where(sql`${table.state} = 'waiting' and ${table.termEndsOn} is not null`),
    /** Planned changes in progress at Microsoft. */
    index("planned_changes_requested")
      .on(table.operationId)
      .where(sql`${table.state} = 'requested'`),
    /** Needs, and the subscription's page. */
    index("planned_changes_failed")
      .on(table.endedAt, table.id)
      .where(sql`${table.state} = 'failed'`),
    /** The history, newest first, and that of one subscription. */
    index("planned_changes_ended_list")
      .on(table.id)
      .where(sql`${table.state} not in ('waiting', 'failed')`),
    index("planned_changes_subscription").on(table.subscriptionId),
  ],
);
