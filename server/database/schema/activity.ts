import { sql } from "drizzle-orm";
import { type AnyPgColumn, index, jsonb, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { activitySources, sourceOfKind } from "../../../shared/filters.ts";
import { instant, actorKind } from "./column-types.ts";

export const activitySource = pgEnum("activity_source", activitySources);

type WordColumns = Record<"summary" | "actorName" | "reason", AnyPgColumn>;

/** The words of an entry, as its index has them. */
export const activityWords = (entry: WordColumns) =>
  sql`to_tsvector('simple'::regconfig, ${entry.summary} || ' ' || ${entry.actorName} || ' ' || coalesce(${entry.reason}, ''))`;

type OriginColumns = Record<"source" | "actorKind", AnyPgColumn>;

/**
 * Where an entry came from. Old entries do not name it: there it follows from the actor. `product` is not named: it came to the
 * actors later, and a word of an enum cannot be used by the transaction that adds it, which may be one with that of the index.
 */
export const activityOrigin = (entry: OriginColumns) => {
  const { product, ...others } = sourceOfKind;
  const cases = Object.entries(others).map(([kind, source]) => `when '${kind}' then '${source}'::activity_source`);
  return sql`coalesce(${entry.source}, case ${entry.actorKind} ${sql.raw(cases.join(" "))} else ${sql.raw(`'${product}'::activity_source`)} end)`;
};

/** One change by one actor: timeline and audit record in one. Append-only, no foreign keys: rows outlive their subjects. */
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
    /** Where it came from; null in old entries, where it follows from the actor. */
    source: activitySource(),
    /** The bulk run that did it. */
    bulkRunId: uuid(),
  },
  (table) => [
    /** The timeline of a subscription. */
    index("activity_subscription").on(table.subscriptionId, table.id),
    /** The trace of an operation. */
    index("activity_operation")
      .on(table.operationId, table.id)
      .where(sql`${table.operationId} is not null`),
    /** What the overview counts, and lists by kind and day. */
    index("activity_turns")
      .on(table.kind, table.id)
      .where(sql`${table.kind} in ('subscription.suspended', 'subscription.reinstated', 'subscription.trial_ended')`),
    /** Search: the support code that the landing page showed with a trouble. */
    index("activity_support_code")
      .on(sql`(${table.after}->>'supportCode')`)
      .where(sql`${table.kind} = 'landing.refused'`),
    /** The activity page filtered by who. */
    index("activity_actor").on(table.actorKind, table.id),
    /** The same by where it came from; what settling writes is most, soon met, and left out. */
    index("activity_origin")
      .on(activityOrigin(table), table.id)
      .where(sql`${activityOrigin(table)} not in ('webhook', 'job')`),
    /** The activity page filtered by a reason code. */
    index("activity_reason_code")
      .on(table.reasonCode, table.id)
      .where(sql`${table.reasonCode} is not null`),
    /** The same for one member of staff, */
    index("activity_person")
      .on(table.actorId, table.id)
      .where(sql`${table.actorId} is not null`),
    /** filtered by what happened, */
    index("activity_kind").on(table.kind, table.id),
    /** searched by words, whatever the number of entries, */
    index("activity_words").using("gin", activityWords(table)),
    /** and what one bulk run did. */
    index("activity_bulk_run")
      .on(table.bulkRunId, table.id)
      .where(sql`${table.bulkRunId} is not null`),
  ],
);
