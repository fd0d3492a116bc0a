/** Alarms: problems of an instance or its surroundings. An alarm ends when it is no longer repeated. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { alarms } from "../schema/alarms.ts";

export type AlarmKind = (typeof alarms.$inferSelect)["kind"];

export type Alarm = { what: string; remedy: string; since: Date };

/** By the database's clock, because an instance with a wrong clock must be able to raise an alarm. */
export const isActive = sql`seen_at > now() - interval '3 minutes'`;

export async function activeAlarms(db: Executor) {
  return db.select().from(alarms).where(isActive).orderBy(alarms.kind, alarms.since);
}
