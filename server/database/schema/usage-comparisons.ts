/** The daily comparison of usage with Microsoft's list, and the digests of days in the audit trail. */
import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, numeric, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Day } from "../../../shared/day.ts";
import { usageDifferences } from "../../../shared/usage.ts";
import { day, instant } from "./column-types.ts";

/** Days whose usage was compared with Microsoft's list. A claim keeps other instances from comparing the same day. */
export const usageComparisons = pgTable("usage_comparisons", {
  day: day().primaryKey(),
  claimedUntil: instant(),
  /** Microsoft's time; null until the first comparison has ended. */
  comparedAt: instant(),
  /** Why the last comparison failed, if that is known: `TooLong`. */
  problem: text(),
});

/** The usage of a day at its last comparison: in the ledger, and as Microsoft has processed it. */
export const usageDays = pgTable(
  "usage_days",
  {
    day: day().notNull(),
    /** Microsoft's; it can be unknown here. */
    subscriptionId: text().notNull(),
    dimension: text().notNull(),
    /** What Microsoft had accepted of it, as far as we know. */
    ledger: numeric().notNull(),
    /** Null: not listed. */
    submitted: numeric(),
    processed: numeric(),
    /** Microsoft's word, such as `Accepted`; open. */
    reconStatus: text(),
    /** Null: both sides agree. */
    cause: text({ enum: usageDifferences }),
    /** When this difference was found. */
    foundAt: instant(),
    comparedAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.subscriptionId, table.dimension] }),
    check("usage_days_found", sql`(${table.cause} is null) = (${table.foundAt} is null)`),
    /** The differences, newest first. */
    index("usage_days_differing")
      .on(table.day)
      .where(sql`${table.cause} is not null`),
    index("usage_days_subscription").on(table.subscriptionId, table.dimension, table.day),
  ],
);

/**
 * Digests of the usage of a day, as audit entries record them: the first one, and further ones after late decisions.
 * Append-only.
 */
export const usageDigestDays = pgTable(
  "usage_digest_days",
  {
    /** The audit entry's. */
    id: uuid().primaryKey(),
    day: day().notNull(),
    /** Microsoft's time. */
    takenAt: instant().notNull(),
    /** The last day of the terms of its hours. */
    endsOn: day().notNull(),
  },
  (table) => [index("usage_digest_days_day").on(table.day), index("usage_digest_days_ends_on").on(table.endsOn)],
);

/** The part of one subscription in the digest of a day. Append-only. */
export const usageDigests = pgTable(
  "usage_digests",
  {
    entryId: uuid().notNull(),
    subscriptionId: text().notNull(),
    day: day().notNull(),
    /** SHA-256, as hex. */
    digest: text().notNull(),
    /** The last day of the terms of its hours. */
    endsOn: day().notNull(),
    /** Hours that were not decided when it was taken. */
    open: integer().notNull(),
    /** The hours of the subscription, so that a check can name the hour that differs; null after their retention. */
    leaves: jsonb().$type<{ dimension: string; hour: string; hash: string; endsOn: Day | null; isOpen: boolean }[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.subscriptionId] }),
    index("usage_digests_day").on(table.day, table.subscriptionId),
    /** Subscriptions with an hour that is decided later. */
    index("usage_digests_open")
      .on(table.day)
      .where(sql`${table.open} > 0`),
    /** Subscriptions whose hours retention deletes. */
    index("usage_digests_kept")
      .on(table.endsOn)
      .where(sql`${table.leaves} is not null`),
  ],
);
