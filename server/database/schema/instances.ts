import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Instances of the app. Each writes its row to prove that it can write. */
export const instances = pgTable("instances", {
  name: text().primaryKey(),
  /** By the database's clock. */
  provedAt: instant().notNull(),
});
