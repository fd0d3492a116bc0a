import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { destinationModes } from "../../../shared/destinations.ts";
import { setBy } from "./column-types.ts";

/** Where purchasers go from the landing page, in versions; the latest of a scope is active. Append-only. */
export const destinations = pgTable(
  "destinations",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all destinations. */
    version: integer().notNull().unique("destinations_version"),
    /** Null: all offers. */
    offerId: text(),
    /** Null: all plans of the offer. */
    planId: text(),
    /** The scope inherits the wider destination from here on. */
    followsWider: boolean().notNull().default(false),
    mode: text({ enum: destinationModes }),
    url: text(),
    opensOnReturn: boolean().notNull().default(false),
    ...setBy,
  },
  (table) => [
    check("destinations_version_positive", sql`${table.version} > 0`),
    check("destinations_plan_of_offer", sql`${table.offerId} is not null or ${table.planId} is null`),
    check("destinations_no_empty_ids", sql`${table.offerId} <> '' and ${table.planId} <> ''`),
    check("destinations_mode", sql`${table.mode} in ('page', 'button', 'after_activation', 'instead')`),
    check("destinations_mode_or_wider", sql`${table.followsWider} = (${table.mode} is null)`),
    check("destinations_wider_of_all", sql`not ${table.followsWider} or ${table.offerId} is not null`),
    check(
      "destinations_url",
      sql`(${table.url} is not null) = (coalesce(${table.mode}, 'page') <> 'page') and (${table.url} is null or ${table.url} ~ '^https?://')`,
    ),
    check("destinations_return_needs_url", sql`not ${table.opensOnReturn} or ${table.url} is not null`),
    check("destinations_reason", sql`${table.reason} <> ''`),
    /** The active destination of an offer and plan, and a scope's history. */
    index("destinations_scope").on(table.offerId, table.planId, table.version),
  ],
);

/** The origins to which purchasers may be sent: scheme, host and port, as a browser writes them. */
export const allowedOrigins = pgTable(
  "allowed_origins",
  {
    origin: text().primaryKey(),
    ...setBy,
  },
  (table) => [
    check("allowed_origins_origin", sql`${table.origin} ~ '^https?://[^/?#@\\s]+$'`),
    check("allowed_origins_reason", sql`${table.reason} <> ''`),
  ],
);
