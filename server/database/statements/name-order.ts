/** The order of names. */
import { type SQL, sql } from "drizzle-orm";

/** As people sort names, in any script: letter by letter, then accents, then case. Needs PostgreSQL with ICU, the usual build. */
export const nameCollation: SQL = sql`collate "und-x-icu"`;
