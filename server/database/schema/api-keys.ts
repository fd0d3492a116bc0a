import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { StoredApiScope } from "../../../shared/api-scopes.ts";
import { instant } from "./column-types.ts";

/** The product's API keys. The key itself is not stored. Rows stay after a revocation. */
export const apiKeys = pgTable(
  "api_keys",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** SHA-256 of the key, as hex: 32 random bytes need no slower hash. */
    hash: text().notNull().unique("api_keys_hash"),
    /** The last characters, to tell keys apart. */
    ending: text().notNull(),
    /** The permissions of the key; null for keys created before scopes existed, which have all of the earlier ones. */
    scopes: text().array().$type<StoredApiScope[]>(),
    /** Null: never. */
    expiresAt: instant(),
    /** Why it never expires; null for keys that expire, and for those from before keys did. */
    noExpiryReason: text(),
    createdById: text(),
    createdByName: text().notNull(),
    createdAt: instant().notNull(),
    /** To the minute. */
    lastUsedAt: instant(),
    /** All three or none. */
    revokedAt: instant(),
    revokedBy: text(),
    revokedReason: text(),
  },
  (table) => [
    check("api_keys_name", sql`${table.name} <> ''`),
    check("api_keys_scopes", sql`cardinality(${table.scopes}) > 0`),
    check("api_keys_expiry", sql`${table.expiresAt} is null or ${table.noExpiryReason} is null`),
    /** Active keys have different names. */
    uniqueIndex("api_keys_name_in_force")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.revokedAt} is null`),
    check("api_keys_hash_of_key", sql`${table.hash} ~ '^[0-9a-f]{64}$'`),
    check(
      "api_keys_revoked_whole",
      sql`num_nonnulls(${table.revokedAt}, ${table.revokedBy}, ${table.revokedReason}) in (0, 3)`,
    ),
    /** Whether any key is active: without one no product can confirm. */
    index("api_keys_in_force")
      .on(table.id)
      .where(sql`${table.revokedAt} is null`),
  ],
);
