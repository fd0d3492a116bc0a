import { sql } from "drizzle-orm";
import { check, index, jsonb, pgEnum, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, staffRole } from "./column-types.ts";

export const sessionKind = pgEnum("session_kind", ["staff", "purchaser"]);

/** Who may work at the desk, as last seen at sign-in. Keyed by tenant and object id: names and e-mails change. */
export const staff = pgTable(
  "staff",
  {
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole().notNull(),
    disabledAt: instant(),
    /** Who shut them out, and why. Both or none. */
    disabledBy: text(),
    disabledById: text(),
    disabledReason: text(),
    /** When Entra stopped confirming the role or the account; null again with the next sign-in. */
    accessLostAt: instant(),
    firstSeenAt: instant().notNull(),
    lastSignInAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.objectId] }),
    check(
      "staff_disabled_whole",
      sql`num_nonnulls(${table.disabledBy}, ${table.disabledReason}) in (0, case when ${table.disabledAt} is null then 0 else 2 end)`,
    ),
  ],
);

/** A sign-in of staff or of a purchaser. */
export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256, as hex, of the random id that the cookie holds. */
    id: text().primaryKey(),
    kind: sessionKind().notNull(),
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole(),
    data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** Of staff: what Entra is asked with again, sealed. Null: Entra gave no refresh token. */
    entraGrant: text(),
    /** Of staff: when Entra last confirmed the account and its role, and when it is asked next. */
    confirmedAt: instant(),
    recheckAt: instant(),
    /** When the person last proved who they are at Entra; null: not known. */
    authenticatedAt: instant(),
    /** Browser and system, as `Chrome on Windows`; null: not known. */
    device: text(),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    check("sessions_role_of_staff", sql`(${table.kind} = 'staff') = (${table.role} is not null)`),
    /** Sign-ins of a person, and the sweep of expired ones. */
    index("sessions_person").on(table.tenantId, table.objectId),
    index("sessions_expiry").on(table.expiresAt),
    /** Sign-ins of staff that are due for a check. */
    index("sessions_recheck")
      .on(table.recheckAt)
      .where(sql`${table.recheckAt} is not null`),
  ],
);
