/** Runs faults, each in its own environment, and checks the invariants after each. */
import { createOutcome, type Fault } from "./fault.ts";
import { checkInvariants } from "./invariants.ts";
import { openScene, type SceneOptions } from "./scene.ts";
import type { Postgres } from "./controlled-postgres.ts";
import { type Result, verdictOf } from "./result-table.ts";

export type RunOptions = { seed: number; seconds: number; repeats: number; scene?: SceneOptions };

/** One fault from an empty database to the checker's verdict. Never throws: an error is part of the result. */
export async function runFault(postgres: Postgres, fault: Fault, options: RunOptions): Promise<Result> {
  const outcome = createOutcome();
  const startedAt = performance.now();
  const result: Result = {
    id: fault.id,
    title: fault.title,
    outcome,
    verdict: null,
    seconds: 0,
    error: null,
    logs: null,
  };
  const { seed, seconds, repeats } = options;
  try {
    const own = await fault.postgres?.();
    const used = own ?? postgres;
    if (used.hasEnded()) await used.start();
    const scene = await openScene(used, { ...fault.scene, ...options.scene });
    try {
      await fault.run(scene, { seed, seconds, repeats, outcome });
      result.verdict = await checkInvariants(scene, fault.check);
    } finally {
      result.logs = await scene.close({ keepsLogs: verdictOf(result) === "FAIL" || result.verdict === null });
      await own?.close();
    }
  } catch (error) {
    result.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  result.seconds = (performance.now() - startedAt) / 1_000;
  return result;
}
