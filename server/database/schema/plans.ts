import { sql } from "drizzle-orm";
import { boolean, check, index, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Microsoft's data about a plan, from listAvailablePlans. Keyed by offer and plan, because plan ids repeat between
 * offers.
 */
export const plans = pgTable(
  "plans",
  {
    offerId: text().notNull(),
    planId: text().notNull(),
    name: text().notNull(),
    isPricePerSeat: boolean().notNull(),
    minQuantity: integer(),
    maxQuantity: integer(),
    /** Unused: prices depend on term and market, see `subscriptionPrices`. Drop it once no older version runs. */
    price: text(),
    /** Sold to selected customers only. */
    isPrivate: boolean().notNull().default(false),
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.offerId, table.planId] })],
);

/** A subscription's price for its own term and market, as Microsoft last gave it. */
export const subscriptionPrices = pgTable(
  "subscription_prices",
  {
    subscriptionId: text().primaryKey(),
    /** The plan and term that the price applies to. */
    planId: text().notNull(),
    termUnit: text(),
    /** Null: Microsoft gave none for this term. */
    price: text(),
    /** The price for programs. All three or none: an older version wrote only `price`. */
    amount: numeric(),
    currency: text(),
    isPerSeat: boolean(),
    /** The private offers that it was bought through. */
    sourceOffers: text().array().notNull(),
    seenAt: instant().notNull(),
  },
  (table) => [
    check(
      "subscription_prices_money",
      sql`num_nonnulls(${table.amount}, ${table.currency}, ${table.isPerSeat}) in (0, 3)`,
    ),
    /** Prices to refresh first. */
    index("subscription_prices_seen").on(table.seenAt),
  ],
);
