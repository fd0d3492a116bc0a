import { index, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/**
 * Automatically activated subscriptions without a contact or an onboarding. Triggers on `subscriptions` add rows;
 * onboarding removes them. Few at a time.
 */
export const onboardings = pgTable(
  "onboardings",
  {
    subscriptionId: text().primaryKey(),
    since: instant().notNull(),
  },
  (table) => [index("onboardings_since").on(table.since, table.subscriptionId)],
);
