/**
 * Column types that several tables share. Each index names the query it serves; each constraint, the row that must
 * not exist.
 */
import { customType, date, pgEnum, text, timestamp } from "drizzle-orm/pg-core";
import { type Day, startInUtc, utcDayOf } from "../../../shared/day.ts";
import { actorKinds } from "../../../shared/actors.ts";
import { roles } from "../../../shared/roles.ts";

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const instant = () => timestamp({ withTimezone: true, precision: 3 });

/**
 * A day that Microsoft states, stored as its first moment in UTC. Changing the columns to `date` would rewrite the
 * table under a lock and break the old version during an upgrade (docs/decisions/0016).
 */
export const dayInUtc = customType<{ data: Day; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  toDriver: (day) => startInUtc(day).toISOString(),
  fromDriver: (value) => utcDayOf(new Date(value)),
});

/** A day that a person chose. */
export const day = () => date().$type<Day>();

export const actorKind = pgEnum("actor_kind", actorKinds);

export const staffRole = pgEnum("staff_role", roles);

/** Who set a version, when and why. */
export const setBy = {
  reason: text().notNull(),
  actorKind: actorKind().notNull(),
  actorId: text(),
  actorName: text().notNull(),
  createdAt: instant().notNull(),
};
