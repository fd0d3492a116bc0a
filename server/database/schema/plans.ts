import { boolean, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

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
    price: text(),
    /** Sold to some customers only. */
    isPrivate: boolean().notNull().default(false),
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.offerId, table.planId] })],
);
