import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { deliveryOutcomes } from "../../../shared/filters.ts";
import { bytea, instant } from "./column-types.ts";

export const deliveryOutcome = pgEnum("delivery_outcome", deliveryOutcomes);

/** One authenticated POST to the webhook, unmodified. Append-only. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    receivedAt: instant().notNull(),
    outcome: deliveryOutcome().notNull(),
    /** What could be read from the body. */
    marketplaceId: text(),
    subscriptionId: text(),
    action: text(),
    operationId: uuid(),
    body: bytea().notNull(),
    bodySha256: text().notNull(),
    /** The request headers in `headersToStore`; older rows may have more. */
    headers: jsonb().$type<Record<string, string>>().notNull(),
  },
  (table) => [
    /** Deliveries of a subscription, and of an operation. */
    index("webhook_deliveries_subscription").on(table.subscriptionId, table.id),
    index("webhook_deliveries_operation").on(table.operationId, table.id),
    /** The list filtered by outcome; accepted deliveries cost nothing. */
    index("webhook_deliveries_outcome")
      .on(table.outcome, table.id)
      .where(sql`${table.outcome} <> 'accepted'`),
    /** The list filtered by an action that is rare in key order. */
    index("webhook_deliveries_action")
      .on(table.action, table.id)
      .where(sql`${table.action} not in ('ChangePlan', 'ChangeQuantity', 'Renew')`),
  ],
);

/** Refused webhook calls, counted by reason, without token or body. */
export const rejectedCalls = pgTable("rejected_calls", {
  reason: text().primaryKey(),
  status: integer().notNull(),
  count: bigint({ mode: "number" }).notNull(),
  lastAt: instant().notNull(),
});
