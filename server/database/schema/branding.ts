import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { logoTypes } from "../../../shared/branding.ts";
import type { LocalizedText } from "../../../shared/questions.ts";
import { bytea, setBy } from "./column-types.ts";

/** Logos by content; a version of the branding refers to its logo. */
export const logos = pgTable(
  "logos",
  {
    /** SHA-256 of the bytes, as hex. */
    sha256: text().primaryKey(),
    type: text({ enum: logoTypes }).notNull(),
    bytes: bytea().notNull(),
  },
  (table) => [check("logos_size", sql`length(${table.bytes}) between 1 and 65536`)],
);

/** The look of the landing page, its texts and its contacts, in versions; the latest of a scope is active. Append-only. */
export const brandings = pgTable(
  "brandings",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all brandings. */
    version: integer().notNull().unique("brandings_version"),
    /** Null: all offers. */
    offerId: text(),
    publisherName: text().notNull(),
    /** As `#rrggbb`. */
    accent: text(),
    supportEmail: text(),
    supportUrl: text(),
    termsUrl: text(),
    privacyUrl: text(),
    introduction: jsonb().$type<LocalizedText>(),
    /**
     * The only text of versions that had no languages yet; in later versions the English text, for servers of an earlier
     * version.
     */
    nextSteps: text(),
    nextStepsTexts: jsonb().$type<LocalizedText>(),
    logo: text().references(() => logos.sha256),
    ...setBy,
  },
  (table) => [
    check("brandings_accent", sql`${table.accent} ~ '^#[0-9a-f]{6}$'`),
    check("brandings_reason", sql`${table.reason} <> ''`),
    check("brandings_no_empty_offer", sql`${table.offerId} <> ''`),
    check(
      "brandings_texts",
      sql`jsonb_typeof(${table.introduction}) = 'object' and jsonb_typeof(${table.nextStepsTexts}) = 'object'`,
    ),
    /** The active branding of an offer, and its history. */
    index("brandings_offer").on(table.offerId, table.version),
  ],
);
