import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { instant } from "./column-types.ts";

/** Filters of the list of subscriptions that staff save under a name, private or shared. */
export const savedViews = pgTable(
  "saved_views",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** As in the URL, without a page. */
    filters: jsonb().$type<Omit<SubscriptionFilters, "cursor">>().notNull(),
    ownerId: text().notNull(),
    ownerName: text().notNull(),
    isShared: boolean().notNull().default(false),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    check("saved_views_name", sql`${table.name} <> ''`),
    /** A person's views, with different names. */
    uniqueIndex("saved_views_name_of_owner").on(table.ownerId, sql`lower(${table.name})`),
    /** Shared views. */
    index("saved_views_shared")
      .on(table.name)
      .where(sql`${table.isShared}`),
  ],
);
