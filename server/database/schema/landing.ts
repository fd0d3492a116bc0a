import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Failed visits to the landing page. Not in the audit trail, which only grows, because visitors are strangers.
 * Nothing about the visitor is stored.
 */
export const landingProblems = pgTable(
  "landing_troubles",
  {
    /** Shown to the visitor. */
    supportCode: text().primaryKey(),
    at: instant().notNull(),
    /** A `LandingTroubleKind`; text, so that a newer version running at the same time can add kinds. */
    kind: text().notNull(),
    /** Microsoft's status; null without a response. */
    status: integer(),
    /** For staff: what happened, in a sentence. */
    summary: text().notNull(),
    correlationId: text(),
  },
  (table) => [
    /** The oldest of a kind, which are deleted first. */
    index("landing_troubles_kind").on(table.kind, table.at),
  ],
);

/** States of used sign-ins, until they would have expired: no state is used twice, on any instance. */
export const usedSignIns = pgTable(
  "used_sign_ins",
  {
    /** SHA-256, as hex, of the state. */
    id: text().primaryKey(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    /** States that have expired. */
    index("used_sign_ins_expiry").on(table.expiresAt),
  ],
);
