import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, actorKind } from "./columns.ts";

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
  },
  (table) => [
    /** The timeline of a subscription. */
    index("activity_subscription").on(table.subscriptionId, table.id),
    /** The trace of an operation. */
    index("activity_operation")
      .on(table.operationId, table.id)
      .where(sql`${table.operationId} is not null`),
    /** The activity page filtered by who. */
    index("activity_actor").on(table.actorKind, table.id),
    /** The activity page filtered by a reason code. */
    index("activity_reason_code")
      .on(table.reasonCode, table.id)
      .where(sql`${table.reasonCode} is not null`),
  ],
);
