import { sql } from "drizzle-orm";
import { check, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { logoTypes } from "../../../shared/inputs.ts";
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

/** The look of the landing page and its contacts, in versions; the latest is active. Append-only. */
export const brandings = pgTable(
  "brandings",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    version: integer().notNull().unique("brandings_version"),
    publisherName: text().notNull(),
    /** As `#rrggbb`. */
    accent: text(),
    supportEmail: text(),
    supportUrl: text(),
    termsUrl: text(),
    privacyUrl: text(),
    nextSteps: text(),
    logo: text().references(() => logos.sha256),
    ...setBy,
  },
  (table) => [
    check("brandings_accent", sql`${table.accent} ~ '^#[0-9a-f]{6}$'`),
    check("brandings_reason", sql`${table.reason} <> ''`),
  ],
);
