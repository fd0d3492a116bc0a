/** Reads the settings made by staff: the latest version of each. */
import { desc } from "drizzle-orm";
import { defaultRetention, retentionKinds, type RetentionDays } from "../../../shared/retention.ts";
import type { RetentionView } from "../../../shared/views/settings.ts";
import type { Executor } from "../connection/database.ts";
import { retentions } from "../schema/retention.ts";
import { lastUpkeep } from "./upkeep.ts";

/** Null: never set. */
export async function latestRetention(db: Executor) {
  const [latest] = await db.select().from(retentions).orderBy(desc(retentions.version)).limit(1);
  return latest ?? null;
}

export function daysOf(latest: Awaited<ReturnType<typeof latestRetention>>): RetentionDays {
  return latest === null
    ? defaultRetention
    : (Object.fromEntries(retentionKinds.map((kind) => [kind, latest[kind]])) as RetentionDays);
}

export async function readRetention(db: Executor): Promise<RetentionView> {
  const [latest, run] = await Promise.all([latestRetention(db), lastUpkeep(db, "retention")]);
  return {
    version: latest?.version ?? 0,
    days: daysOf(latest),
    actor: latest && { kind: latest.actorKind, name: latest.actorName },
    at: latest?.createdAt.toISOString() ?? null,
    reason: latest?.reason ?? null,
    lastRun: run && { at: run.finishedAt.toISOString(), tookMs: run.tookMs, deleted: run.result },
  };
}
