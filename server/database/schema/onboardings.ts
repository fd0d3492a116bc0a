import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Subscriptions that Microsoft activated without anybody having been here: billed, with no contact, and nobody onboarded.
 * Triggers on `subscriptions` add them; whoever onboards removes them. Few at a time.
 */
export const onboardings = pgTable("onboardings", {
  subscriptionId: text().primaryKey(),
  since: instant().notNull(),
});
