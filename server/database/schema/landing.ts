import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Visits of the landing page that it could not help. Not on the record of activity, which only grows: visitors are strangers.
 * Nothing of the visitor is kept.
 */
export const landingProblems = pgTable(
  "landing_troubles",
  {
    /** What the visitor was shown. */
    supportCode: text().primaryKey(),
    at: instant().notNull(),
    /** A `LandingTroubleKind`; text, so that a newer version beside this one may know more. */
    kind: text().notNull(),
    /** Microsoft's status; null: there was no answer. */
    status: integer(),
    /** For staff: what happened, in a sentence. */
    summary: text().notNull(),
    correlationId: text(),
  },
  (table) => [
    /** The oldest of a kind, which go first. */
    index("landing_troubles_kind").on(table.kind, table.at),
  ],
);

/** States of sign-ins that were used, each until it would have expired: no state serves twice, on whichever instance. */
export const usedSignIns = pgTable(
  "used_sign_ins",
  {
    /** SHA-256, as hex, of the state. */
    id: text().primaryKey(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    /** Those that have expired. */
    index("used_sign_ins_expiry").on(table.expiresAt),
  ],
);
