import { boolean, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** What Microsoft told us of a plan, by listAvailablePlans. Keyed by offer and plan: plan ids repeat between offers. */
export const plans = pgTable(
  "plans",
  {
    offerId: text().notNull(),
    planId: text().notNull(),
    name: text().notNull(),
    isPricePerSeat: boolean().notNull(),
    minQuantity: integer(),
    maxQuantity: integer(),
    /** Unused: a plan has a price for each term and market, see `subscriptionPrices`. Dropped once no older version runs. */
    price: text(),
    /** Sold to some customers only. */
    isPrivate: boolean().notNull().default(false),
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.offerId, table.planId] })],
);

/** What a subscription costs in its own term and market, as Microsoft last told it of this very subscription. */
export const subscriptionPrices = pgTable(
  "subscription_prices",
  {
    subscriptionId: text().primaryKey(),
    /** The plan and term that it is the price of; of others it says nothing. */
    planId: text().notNull(),
    termUnit: text(),
    /** Null: Microsoft told none for this term. */
    price: text(),
    /** The private offers that it was bought through. */
    sourceOffers: text().array().notNull(),
    seenAt: instant().notNull(),
  },
  (table) => [
    /** Those that are to be asked for again first. */
    index("subscription_prices_seen").on(table.seenAt),
  ],
);
