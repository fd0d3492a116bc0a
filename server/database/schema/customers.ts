import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { dayInUtc, instant } from "./column-types.ts";

/**
 * Customers: the row that lists, filters and sorts one. Staff set owner, tags and merges; the rest is derived from its
 * subscriptions and those of the customers that were merged into it (`customer-listings.ts`).
 */
export const customers = pgTable(
  "customers",
  {
    /** The key of its subscriptions: `customer_of_subscription`, in `drizzle/0000_schema.sql`. */
    id: text().primaryKey(),
    /** The customer that it was merged into; null for one of its own. Never one that was merged itself. */
    mergedInto: text(),
    /** The staff member who owns it. Both or none. */
    ownerId: text(),
    ownerName: text(),
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    name: text().notNull(),
    /** Domains of its email addresses without public mailboxes, the most frequent first. */
    domains: text().array().notNull(),
    offers: text().array().notNull(),
    subscriptions: integer().notNull(),
    /** Subscriptions that are Subscribed or Suspended, and their seats. */
    activeSubscriptions: integer().notNull(),
    seats: bigint({ mode: "number" }).notNull(),
    /** The latest purchase. */
    purchasedAt: instant(),
    /** The next end of a term among the active ones. */
    termEndsOn: dayInUtc("term_ends_at"),
    /** Whether the customer has made test purchases only. */
    isTest: boolean().notNull(),
    /** Names, email addresses and ids, normalized. */
    searchText: text().notNull(),
    derivedAt: instant().notNull(),
  },
  (table) => [
    check("customers_owner_whole", sql`num_nonnulls(${table.ownerId}, ${table.ownerName}) in (0, 2)`),
    check("customers_not_own_member", sql`${table.mergedInto} <> ${table.id}`),
    check(
      "customers_tags",
      sql`cardinality(${table.tags}) <= 20 and array_position(${table.tags}, null) is null and array_position(${table.tags}, '') is null`,
    ),
    /** The customers that were merged into one. */
    index("customers_merged_into")
      .on(table.mergedInto)
      .where(sql`${table.mergedInto} is not null`),
    /** The list in each sort order; the id makes the order total for keyset pages. */
    index("customers_by_name").on(sql`${table.name} collate "und-x-icu"`, table.id),
    /** For the previous version, which may run during an upgrade: a later one drops it. */
    index("customers_name").on(table.name, table.id),
    index("customers_subscriptions").on(table.activeSubscriptions, table.id),
    index("customers_seats").on(table.seats, table.id),
    index("customers_purchased").on(sql`coalesce(purchased_at, '-infinity')`, table.id),
    index("customers_term_end").on(sql`coalesce(term_ends_at, 'infinity')`, table.id),
    /** The list filtered by a value that few have. */
    index("customers_owner")
      .on(table.ownerId, table.id)
      .where(sql`${table.ownerId} is not null`),
    index("customers_of_tests")
      .on(sql`coalesce(purchased_at, '-infinity')`, table.id)
      .where(sql`${table.isTest}`),
    index("customers_tags").using("gin", table.tags),
    index("customers_domains").using("gin", table.domains),
    index("customers_search").using("gin", table.searchText.op("gin_trgm_ops")),
  ],
);

/** Customers whose subscriptions have changed, appended by triggers; a job derives their listings again. */
export const customerChanges = pgTable("customer_changes", { customerId: text().notNull() });
