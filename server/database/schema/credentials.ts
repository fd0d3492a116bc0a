import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
import { appNames } from "../../../shared/inputs/settings.ts";
import { day, instant } from "./column-types.ts";

/** The secrets and certificates of the app registrations: fingerprint and expiry date, not the secret. */
export const credentials = pgTable(
  "credentials",
  {
    app: text({ enum: appNames }).primaryKey(),
    clientId: text().notNull(),
    kind: text({ enum: ["secret", "certificate"] }).notNull(),
    /** A new credential clears the expiry date. */
    fingerprint: text().notNull(),
    /** Only Entra knows it for a secret, so an admin enters it. A certificate contains it. */
    endsOn: day(),
    reportedBy: text("told_by"),
    seenAt: instant().notNull(),
  },
  (table) => [check("credentials_told", sql`${table.reportedBy} is null or ${table.endsOn} is not null`)],
);
