import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Names of offers, which admins set: Microsoft's API has only ids. An offer without a row has no name. */
export const offers = pgTable("offers", {
  offerId: text().primaryKey(),
  name: text().notNull(),
  namedAt: instant().notNull(),
  /** Who named it, for the message to an admin who was slower. */
  namedByName: text().notNull(),
});
