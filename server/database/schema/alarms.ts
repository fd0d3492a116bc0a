import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Problems of an instance or its surroundings, as long as they are repeated. */
export const alarms = pgTable(
  "alarms",
  {
    kind: text({ enum: ["away", "clock", "entra", "record", "refused", "secret", "token"] }).notNull(),
    instance: text().notNull(),
    what: text().notNull(),
    remedy: text().notNull(),
    since: instant().notNull(),
    /** By the database's clock. */
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.instance] })],
);
