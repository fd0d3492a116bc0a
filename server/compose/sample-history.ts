/** The sample history: on an empty database the sandbox plays eight weeks of a publisher's business through Marketdesk. */
import { eq } from "drizzle-orm";
import { recordFigures } from "../commands/upkeep/record-figures.ts";
import { startReconcile } from "../commands/reconcile/reconcile.ts";
import { refreshPlans } from "../commands/subscriptions/refresh-plans.ts";
import type { Context } from "../context.ts";
import type { Database } from "../database/connection/database.ts";
import { advanceDueTimes } from "../database/writes/operation-claims.ts";
import { currentRuns } from "../database/queries/reconcile.ts";
import { activity } from "../database/schema/activity.ts";
import { bulkRuns } from "../database/schema/bulk-runs.ts";
import type { Composition } from "./composition.ts";

/** Whether nothing has happened in this installation yet. */
export async function isNewInstallation(db: Database): Promise<boolean> {
  const found = await db.select({ id: activity.id }).from(activity).limit(1);
  return found.length === 0;
}

type Desk = ReturnType<typeof replayTarget>;
type History = { play: (desk: Desk, signal: AbortSignal) => Promise<void> };

/** Replays the history once, then reconciles. @returns false if the app stopped before the end */
export async function playSampleHistory(
  { log, started }: Composition,
  options: { history: History; jobs: Context; url: string; wake: () => void },
): Promise<boolean> {
  const { jobs } = options;
  const playing = new AbortController();
  log.info("Playing eight weeks of sample history, once.");
  // Its events are not logged below errors, unless a log level was configured.
  const { level } = log;
  if (level === "info") log.level = "error";
  try {
    const history = options.history.play(replayTarget({ ...jobs, ...options }), playing.signal);
    await started("sample history", history, async (part) => {
      playing.abort();
      await part;
    });
    if (playing.signal.aborted) return false;
    await startReconcile(jobs);
    await refreshPlans(jobs, playing.signal);
    return true;
  } catch (error) {
    log.error({ err: error }, "the sample history could not be played");
    return false;
  } finally {
    log.level = level;
  }
}

/** The parts of Marketdesk that the sandbox needs to replay the history. @param deps.wake settles operations that are due */
function replayTarget(deps: Context & { url: string; wake: () => void }) {
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
