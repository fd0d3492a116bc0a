import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { CallOutcome } from "../../../shared/product-operations.ts";
import { instant } from "./column-types.ts";

/**
 * Commands of the product under an `Idempotency-Key`: each is carried out once, and repeated calls get the first outcome. Not in
 * `submissions`, whose ids pages make and whose results are not stored. Kept for a day.
 */
export const idempotentCalls = pgTable(
  "idempotent_calls",
  {
    apiKeyId: uuid().notNull(),
    /** As the product sent it. */
    idempotencyKey: text().notNull(),
    /** SHA-256 of method, path and body, as hex. */
    fingerprint: text().notNull(),
    /** The ID of what the command creates, chosen beforehand: after a crash it shows whether the command was carried out. */
    operationId: uuid().notNull(),
    createdAt: instant().notNull(),
    /** When it was last begun. */
    claimedAt: instant().notNull(),
    /** Null while in progress. */
    outcome: jsonb().$type<CallOutcome>(),
  },
  (table) => [
    primaryKey({ columns: [table.apiKeyId, table.idempotencyKey] }),
    check("idempotent_calls_fingerprint", sql`${table.fingerprint} ~ '^[0-9a-f]{64}$'`),
    /** For deleting old ones. */
    index("idempotent_calls_created").on(table.createdAt),
  ],
);
