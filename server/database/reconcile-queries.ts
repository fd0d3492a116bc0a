/** Reading the runs of the comparison with Microsoft. */
import { desc } from "drizzle-orm";
import type { ReconcileRunView } from "../../shared/views.ts";
import type { Database } from "./connection.ts";
import { reconcileRuns } from "./schema.ts";

/** The last 20 runs, newest first. */
export async function listReconcileRuns(db: Database): Promise<ReconcileRunView[]> {
  const rows = await db.select().from(reconcileRuns).orderBy(desc(reconcileRuns.id)).limit(20);
  return rows.map(({ continuation: _, startedAt, finishedAt, ...run }) => ({
    ...run,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }));
}
