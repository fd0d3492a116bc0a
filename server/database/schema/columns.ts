/** Kinds of columns that several tables share. In every table, each index names the query it serves; each constraint, the row that must not exist. */
import { customType, pgEnum, text, timestamp } from "drizzle-orm/pg-core";
import { actorKinds } from "../../../shared/filters.ts";
import { roles } from "../../../shared/roles.ts";

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const instant = () => timestamp({ withTimezone: true, precision: 3 });

export const actorKind = pgEnum("actor_kind", actorKinds);

export const staffRole = pgEnum("staff_role", roles);

/** Who set a version of something, when and why. */
export const setBy = {
  reason: text().notNull(),
  actorKind: actorKind().notNull(),
  actorId: text(),
  actorName: text().notNull(),
  createdAt: instant().notNull(),
};
