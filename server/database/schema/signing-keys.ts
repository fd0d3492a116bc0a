import { sql } from "drizzle-orm";
import type { JWK } from "jose";
import { check, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * The keys that sign entitlements: one that signs, the next one, which is published before it signs, and earlier ones until all
 * their tokens have expired.
 */
export const signingKeys = pgTable(
  "signing_keys",
  {
    /** The thumbprint of the public key (RFC 7638); `kid` in tokens. */
    id: text().primaryKey(),
    publicJwk: jsonb().$type<JWK>().notNull(),
    /** Encrypted. Null as soon as it no longer signs. */
    privateJwk: text(),
    /** Published since. */
    createdAt: instant().notNull(),
    /** Null: the next key. */
    signsFrom: instant(),
    /** Null: it signs, or will. */
    signsUntil: instant(),
  },
  (table) => [
    check("signing_keys_private_while_needed", sql`(${table.signsUntil} is null) = (${table.privateJwk} is not null)`),
    check("signing_keys_in_order", sql`${table.signsUntil} is null or ${table.signsFrom} <= ${table.signsUntil}`),
    check("signing_keys_public_only", sql`not ${table.publicJwk} ? 'd'`),
    /** One key signs. */
    uniqueIndex("signing_keys_one_signs")
      .on(sql`(signs_until is null)`)
      .where(sql`${table.signsFrom} is not null and ${table.signsUntil} is null`),
    /** One key is next. */
    uniqueIndex("signing_keys_one_next")
      .on(sql`(signs_from is null)`)
      .where(sql`${table.signsFrom} is null`),
  ],
);
