/** Reads runs of scheduled work. */
import { desc, eq } from "drizzle-orm";
import type { UpkeepKind } from "../../../shared/upkeep.ts";
import type { Executor } from "../connection/database.ts";
import { upkeepRuns } from "../schema/upkeep.ts";

/** The last run of a kind; null if there is none. */
export async function lastUpkeep(db: Executor, kind: UpkeepKind) {
  const [run] = await db
    .select()
    .from(upkeepRuns)
    .where(eq(upkeepRuns.kind, kind))
    .orderBy(desc(upkeepRuns.id))
    .limit(1);
  return run ?? null;
}
