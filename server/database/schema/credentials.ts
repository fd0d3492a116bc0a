import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
import { appNames } from "../../../shared/inputs.ts";
import { day, instant } from "./column-types.ts";

/** The secrets and certificates of the app registrations, without the secrets: what they are known by and when they end. */
export const credentials = pgTable(
  "credentials",
  {
    app: text({ enum: appNames }).primaryKey(),
    clientId: text().notNull(),
    kind: text({ enum: ["secret", "certificate"] }).notNull(),
    /** With another credential its end is not known any more. */
    fingerprint: text().notNull(),
    /** Of a secret Entra alone knows it: an admin enters it here. A certificate says it itself. */
    endsOn: day(),
    reportedBy: text("told_by"),
    seenAt: instant().notNull(),
  },
  (table) => [check("credentials_told", sql`${table.reportedBy} is null or ${table.endsOn} is not null`)],
);
