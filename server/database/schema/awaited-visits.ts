import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Language } from "../../../shared/languages.ts";
import { instant } from "./column-types.ts";

/** Visits that could not continue because Microsoft did not respond, and whose visitors want an email when it does. Kept for two days. */
export const awaitedVisits = pgTable(
  "awaited_visits",
  {
    /** Also the id of the email. */
    id: uuid().primaryKey(),
    /** Encrypted: the purchase token and the visitor's email address. */
    visit: text().notNull(),
    /** SHA-256 of the token: a visit is awaited once. */
    fingerprint: text().notNull().unique(),
    /** Keyed hash of the address in lower case, by which the person's data is found. Null: stored by an earlier version. */
    addressHash: text(),
    language: text().$type<Language>().notNull(),
    createdAt: instant().notNull(),
    /** Once Microsoft has resolved the token. */
    subscriptionId: text(),
  },
  (table) => [
    /** Visits that wait, the oldest first. */
    index("awaited_visits_waiting")
      .on(table.createdAt)
      .where(sql`${table.subscriptionId} is null`),
    index("awaited_visits_address").on(table.addressHash),
  ],
);
