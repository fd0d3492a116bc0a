/** The desk as the sandbox needs it to play the sample's past. */
import { eq } from "drizzle-orm";
import { recordFigures } from "../commands/upkeep/record-figures.ts";
import { startReconcile } from "../commands/reconcile/reconcile.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { advanceDueTimes } from "../database/writes/operation-claims.ts";
import { currentRuns } from "../database/queries/reconcile.ts";
import { activity } from "../database/schema/activity.ts";
import { bulkRuns } from "../database/schema/bulk-runs.ts";

/** Whether nothing has happened at this desk yet. */
export async function isNewDesk(db: Database): Promise<boolean> {
  const found = await db.select({ id: activity.id }).from(activity).limit(1);
  return found.length === 0;
}

/** @param deps.wake has operations settled that have become due */
export function replayTarget(deps: Context & { url: string; wake: () => void }) {
  return {
    url: deps.url,
    async isIdle(isFastForward: boolean): Promise<boolean> {
      const open = await advanceDueTimes(deps.db, isFastForward);
      if (open > 0) {
        deps.wake();
        return false;
      }
      const bulk = await deps.db.$count(bulkRuns, eq(bulkRuns.state, "running"));
      return bulk === 0 && (await currentRuns(deps.db)).running === null;
    },
    async compare(): Promise<void> {
      await startReconcile(deps);
    },
    async endDay(): Promise<void> {
      await recordFigures(deps);
    },
  };
}
