import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { firingStates, proposalStates } from "../../../shared/automations.ts";
import type { AutomationAction, AutomationFilters, AutomationTrigger } from "../../../shared/automations.ts";
import { plannedActions } from "../../../shared/planned-changes.ts";
import type { ActionResult } from "../../../shared/views/automations.ts";
import { instant, setBy } from "./column-types.ts";

const rule = {
  name: text().notNull(),
  trigger: jsonb().$type<AutomationTrigger>().notNull(),
  filters: jsonb().$type<AutomationFilters>().notNull(),
  actions: jsonb().$type<AutomationAction[]>().notNull(),
};

/** Automations, as admins have set them. Rows stay after a removal. */
export const automations = pgTable(
  "automations",
  {
    id: uuid().primaryKey(),
    version: integer().notNull(),
    ...rule,
    /** Automations act in this order. */
    place: integer().notNull(),
    /** When it was turned on: earlier events do not start it. Null: off. */
    onSince: instant(),
    createdAt: instant().notNull(),
    removedAt: instant(),
  },
  (table) => [
    check("automations_version_positive", sql`${table.version} > 0`),
    check("automations_name", sql`${table.name} <> ''`),
    check("automations_removed_off", sql`${table.removedAt} is null or ${table.onSince} is null`),
    uniqueIndex("automations_name_in_use")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.removedAt} is null`),
  ],
);

/** All versions of automations. Append-only. */
export const automationVersions = pgTable(
  "automation_versions",
  {
    automationId: uuid()
      .notNull()
      .references(() => automations.id),
    version: integer().notNull(),
    ...rule,
    ...setBy,
  },
  (table) => [primaryKey({ columns: [table.automationId, table.version] })],
);

/** Subscriptions that match the filters of an automation that starts when one begins to match. */
export const automationMatches = pgTable(
  "automation_matches",
  {
    automationId: uuid()
      .notNull()
      .references(() => automations.id),
    subscriptionId: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.automationId, table.subscriptionId] })],
);

/** Each time an automation acted on a subscription, with the results of its actions. */
export const automationFirings = pgTable(
  "automation_firings",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    automationId: uuid()
      .notNull()
      .references(() => automations.id),
    version: integer().notNull(),
    subscriptionId: text().notNull(),
    /** The event that started it; null: the subscription began to match. */
    eventId: uuid(),
    at: instant().notNull(),
    state: text({ enum: firingStates }).notNull(),
    results: jsonb().$type<ActionResult[]>().notNull(),
    endedByName: text(),
  },
  (table) => [
    check("automation_firings_dismissed", sql`(${table.state} = 'dismissed') = (${table.endedByName} is not null)`),
    /** An event starts an automation once. */
    uniqueIndex("automation_firings_event")
      .on(table.eventId, table.automationId)
      .where(sql`${table.eventId} is not null`),
    /** The latest of an automation. */
    index("automation_firings_automation").on(table.automationId, table.id),
    /** How often automations acted on a subscription today. */
    index("automation_firings_subscription").on(table.subscriptionId, table.at),
    /** Needs, and the subscription's page. */
    index("automation_firings_problems")
      .on(table.subscriptionId, table.id)
      .where(sql`${table.state} in ('failed', 'limited')`),
    /** What is old enough to be deleted. */
    index("automation_firings_at").on(table.at),
  ],
);

/** Changes that automations propose; staff confirm or decline them. */
export const proposedChanges = pgTable(
  "proposed_changes",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    automationId: uuid()
      .notNull()
      .references(() => automations.id),
    version: integer().notNull(),
    subscriptionId: text().notNull(),
    action: text({ enum: plannedActions }).notNull(),
    planId: text(),
    quantity: integer(),
    /** Days from the confirmation; null: the end of the term. */
    inDays: integer(),
    /** The change in words, with a mark for the plan's name. */
    summary: text().notNull(),
    state: text({ enum: proposalStates }).notNull(),
    proposedAt: instant().notNull(),
    endedAt: instant(),
    endedByName: text(),
  },
  (table) => [
    check("proposed_changes_plan", sql`(${table.action} = 'changePlan') = (${table.planId} is not null)`),
    check(
      "proposed_changes_quantity",
      sql`(${table.action} = 'changeQuantity') = (${table.quantity} is not null) and ${table.quantity} > 0`,
    ),
    check("proposed_changes_in_days", sql`${table.inDays} > 0`),
    check(
      "proposed_changes_ended",
      sql`(${table.state} = 'open') = (${table.endedAt} is null) and (${table.endedAt} is null) = (${table.endedByName} is null)`,
    ),
    /** An automation proposes a kind of change once until staff decide; read by needs and the subscription's page. */
    uniqueIndex("proposed_changes_open")
      .on(table.subscriptionId, table.automationId, table.action)
      .where(sql`${table.state} = 'open'`),
  ],
);

/** How far the events of the feed have started automations. One row. */
export const automationPosition = pgTable(
  "automation_position",
  {
    id: text().primaryKey(),
    position: bigint({ mode: "number" }).notNull(),
  },
  (table) => [check("automation_position_one", sql`${table.id} = 'all'`)],
);
