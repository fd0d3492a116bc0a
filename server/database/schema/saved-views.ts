import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { instant } from "./column-types.ts";

/** Filters of the list of subscriptions that staff keep under a name, for themselves or for all. */
export const savedViews = pgTable(
  "saved_views",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** As the address has them, without a page. */
    filters: jsonb().$type<Omit<SubscriptionFilters, "cursor">>().notNull(),
    ownerId: text().notNull(),
    ownerName: text().notNull(),
    isShared: boolean().notNull().default(false),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    check("saved_views_name", sql`${table.name} <> ''`),
    /** Those of a person; a person's names differ. */
    uniqueIndex("saved_views_name_of_owner").on(table.ownerId, sql`lower(${table.name})`),
    /** Those for all. */
    index("saved_views_shared")
      .on(table.name)
      .where(sql`${table.isShared}`),
  ],
);
