import { sql } from "drizzle-orm";
import { check, index, jsonb, pgEnum, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, staffRole } from "./column-types.ts";

export const sessionKind = pgEnum("session_kind", ["staff", "purchaser"]);

/** Staff, as of their last sign-in. Keyed by tenant and object id, because names and email addresses change. */
export const staff = pgTable(
  "staff",
  {
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole().notNull(),
    disabledAt: instant(),
    /** Who blocked them, and why. Both or none. */
    disabledBy: text(),
    disabledById: text(),
    disabledReason: text(),
    /** When Entra stopped confirming the role or the account; null again after a sign-in. */
    accessLostAt: instant(),
    /** When Entra last confirmed account and role; null: by the last sign-in. */
    confirmedAt: instant(),
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

/** A session of staff or of a purchaser. */
export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256, as hex, of the random id in the cookie. */
    id: text().primaryKey(),
    kind: sessionKind().notNull(),
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole(),
    data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** For staff: the sealed grant for checking with Entra again. Null: Entra issued no refresh token. */
    entraGrant: text(),
    /** For staff: when Entra last confirmed account and role, and when to check next. */
    confirmedAt: instant(),
    recheckAt: instant(),
    /** When the person last proved who they are at Entra; null if unknown. */
    authenticatedAt: instant(),
    /** Browser and system, as `Chrome on Windows`; null if unknown. */
    device: text(),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    check("sessions_role_of_staff", sql`(${table.kind} = 'staff') = (${table.role} is not null)`),
    /** A person's sessions, and the deletion of expired ones. */
    index("sessions_person").on(table.tenantId, table.objectId),
    index("sessions_expiry").on(table.expiresAt),
    /** Staff sessions that are due for a check. */
    index("sessions_recheck")
      .on(table.recheckAt)
      .where(sql`${table.recheckAt} is not null`),
  ],
);
