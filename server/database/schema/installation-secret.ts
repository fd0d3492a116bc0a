import { sql } from "drizzle-orm";
import { check, pgTable, smallint, text } from "drizzle-orm/pg-core";
import { instant } from "./column-types.ts";

/** Which secret all instances have: what one encrypts, the others must be able to read. One row. */
export const installationSecret = pgTable(
  "installation_secret",
  {
    id: smallint().primaryKey().default(1),
    /** Not the secret, and nothing that it could be computed from. */
    fingerprint: text().notNull(),
    since: instant().notNull(),
  },
  (table) => [check("installation_secret_is_one", sql`${table.id} = 1`)],
);
