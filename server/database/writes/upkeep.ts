/** Records runs of scheduled work. */
import type { UpkeepKind } from "../../../shared/upkeep.ts";
import type { Executor } from "../connection/database.ts";
import { upkeepRuns } from "../schema/upkeep.ts";
import { newId } from "../statements/new-id.ts";

/** Records a completed run with its numbers. */
export async function recordUpkeep(
  db: Executor,
  run: { kind: UpkeepKind; startedAt: Date; at: Date; result: Record<string, number> },
): Promise<void> {
  const { kind, startedAt, at, result } = run;
  const tookMs = Math.max(0, at.getTime() - startedAt.getTime());
  await db.insert(upkeepRuns).values({ id: newId(at), kind, finishedAt: at, tookMs, result });
}
