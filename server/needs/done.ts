/** What staff did recently; shown when nothing needs attention. */
import { and, eq, gte, sql } from "drizzle-orm";
import type { DoneView } from "../../shared/views/needs.ts";
import type { Database } from "../database/connection/database.ts";
import { listActivity } from "../database/queries/activity-list.ts";
import { activity } from "../database/schema/activity.ts";

const shown = 8;
const counted = 1_000;

/** Newest first. */
export async function listDone(db: Database, since: Date): Promise<DoneView> {
  const few = db
    .select({ one: sql`1` })
    .from(activity)
    .where(and(eq(activity.actorKind, "staff"), gte(activity.id, firstIdAt(since))))
    .limit(counted + 1)
    .as("few");
  const [latest, count] = await Promise.all([listActivity(db, { actor: "staff" }, shown), db.$count(few)]);
  return {
    count: Math.min(count, counted),
    isCut: count > counted,
    latest: latest.rows.filter(({ at }) => Date.parse(at) >= since.getTime()),
  };
}

/** The smallest time-ordered uuid (version 7) of an instant. */
function firstIdAt(instant: Date): string {
  const hex = Math.max(0, instant.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
