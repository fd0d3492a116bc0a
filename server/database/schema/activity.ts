import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, index, jsonb, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { activitySources, sourceOfKind } from "../../../shared/actors.ts";
import { instant, actorKind } from "./column-types.ts";

export const activitySource = pgEnum("activity_source", activitySources);

type WordColumns = Record<"summary" | "actorName" | "reason", AnyPgColumn>;

/** The text of an entry, as its index has it. */
export const activityWords = (entry: WordColumns) =>
  sql`to_tsvector('simple'::regconfig, ${entry.summary} || ' ' || ${entry.actorName} || ' ' || coalesce(${entry.reason}, ''))`;

type OriginColumns = Record<"source" | "actorKind", AnyPgColumn>;

/**
 * The source of an entry. Old entries have none, so it follows from the actor. `product` is not named, because an
 * enum value cannot be used in the transaction that adds it, which may be the index's. Automations always have one.
 */
export const activityOrigin = (entry: OriginColumns) => {
  const { product, automation: _, ...others } = sourceOfKind;
  const cases = Object.entries(others).map(([kind, source]) => `when '${kind}' then '${source}'::activity_source`);
  return sql`coalesce(${entry.source}, case ${entry.actorKind} ${sql.raw(cases.join(" "))} else ${sql.raw(`'${product}'::activity_source`)} end)`;
};

/** The entry is about a customer, which `after` names, and not about one subscription. */
export const isAboutCustomer = (entry: { kind: SQL | AnyPgColumn }) => sql`${entry.kind} like 'customer.%'`;

/**
 * One change by one actor: timeline and audit trail in one. Append-only, without foreign keys, because rows outlive
 * their subjects.
 */
export const activity = pgTable(
  "activity",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    subscriptionId: text(),
    operationId: uuid(),
    deliveryId: uuid(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    /** `noun.verb`. */
    kind: text().notNull(),
    summary: text().notNull(),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
    reason: text(),
    reasonCode: text(),
    /** Null in old entries, where it follows from the actor. */
    source: activitySource(),
    /** The bulk run that made the change. */
    bulkRunId: uuid(),
  },
  (table) => [
    /** The timeline of a subscription. */
    index("activity_subscription").on(table.subscriptionId, table.id),
    /** The trace of an operation. */
    index("activity_operation")
      .on(table.operationId, table.id)
      .where(sql`${table.operationId} is not null`),
    /** For the overview's counts, and lists by kind and day. */
    index("activity_turns")
      .on(table.kind, table.id)
      .where(sql`${table.kind} in ('subscription.suspended', 'subscription.reinstated', 'subscription.trial_ended')`),
    /** Search: the support code shown by the landing page. */
    index("activity_support_code")
      .on(sql`(${table.after}->>'supportCode')`)
      .where(sql`${table.kind} = 'landing.refused'`),
    /** What happened to a customer itself, for its timeline. */
    index("activity_customer")
      .on(sql`(${table.after}->>'customer')`, table.id)
      .where(isAboutCustomer(table)),
    /** Search: the notes about customers. */
    index("activity_customer_notes")
      .using("gin", activityWords(table))
      .where(sql`${table.kind} = 'customer.note_added'`),
    /** The activity page filtered by actor. */
    index("activity_actor").on(table.actorKind, table.id),
    /** Entries by source; settling writes most entries, so they are found without an index. */
    index("activity_origin")
      .on(activityOrigin(table), table.id)
      .where(sql`${activityOrigin(table)} not in ('webhook', 'job')`),
    /** The activity page filtered by a reason code. */
    index("activity_reason_code")
      .on(table.reasonCode, table.id)
      .where(sql`${table.reasonCode} is not null`),
    /** The activity page filtered by a member of staff. */
    index("activity_person")
      .on(table.actorId, table.id)
      .where(sql`${table.actorId} is not null`),
    /** The activity page filtered by kind. */
    index("activity_kind").on(table.kind, table.id),
    /** The activity page searched by words. */
    index("activity_words").using("gin", activityWords(table)),
    /** The changes of one bulk run. */
    index("activity_bulk_run")
      .on(table.bulkRunId, table.id)
      .where(sql`${table.bulkRunId} is not null`),
  ],
);
