/** Dimensions of plans, and what plans include of them. */
import { sql } from "drizzle-orm";
import { check, integer, jsonb, numeric, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, setBy } from "./column-types.ts";

/** Included quantities by billing term, such as `{"P1M": "1000", "P1Y": "unlimited"}`. */
export type IncludedByTerm = Record<string, string>;

/** Microsoft's data about the dimensions of a plan, from listAvailablePlans. */
export const usageDimensions = pgTable(
  "usage_dimensions",
  {
    offerId: text().notNull(),
    planId: text().notNull(),
    dimension: text().notNull(),
    name: text().notNull(),
    unit: text(),
    pricePerUnit: numeric(),
    currency: text(),
    included: jsonb().$type<IncludedByTerm>().notNull(),
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.offerId, table.planId, table.dimension] })],
);

/** What admins say about a dimension, in versions; the latest is active. Append-only. */
export const usageAllowances = pgTable(
  "usage_allowances",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    offerId: text().notNull(),
    planId: text().notNull(),
    dimension: text().notNull(),
    version: integer().notNull(),
    included: jsonb().$type<IncludedByTerm>().notNull(),
    ...setBy,
  },
  (table) => [
    unique("usage_allowances_version").on(table.offerId, table.planId, table.dimension, table.version),
    check("usage_allowances_reason", sql`${table.reason} <> ''`),
  ],
);
