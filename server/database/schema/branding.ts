import { sql } from "drizzle-orm";
import { check, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { logoTypes } from "../../../shared/inputs.ts";
import { bytea, setBy } from "./column-types.ts";

/** Logos by their content: a version of the branding names the one it has. */
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

/** How the landing page looks and whom it names: versions, of which the latest is in force. Append-only. */
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
