/** A fault, and the result of a run. */
import type { CheckOptions } from "./invariants.ts";
import type { Postgres } from "./controlled-postgres.ts";
import type { Scene, SceneOptions } from "./scene.ts";

export type Run = {
  seed: number;
  /** How long the traffic of a fault lasts, in seconds; each fault uses a share of it. */
  seconds: number;
  /** How often each kill point, restart and the like is repeated. */
  repeats: number;
  outcome: Outcome;
};

export type Fault = {
  /** F01 and so on as in the matrix; A05 and so on for abuse, named after what was found. */
  id: string;
  title: string;
  scene?: SceneOptions;
  check?: CheckOptions;
  /** Why it cannot run on this machine; null if it can. */
  missing?: () => Promise<string | null>;
  /** A PostgreSQL of its own, if the shared one is not suitable. */
  postgres?: () => Promise<Postgres>;
  run(scene: Scene, run: Run): Promise<void>;
};

export type Outcome = ReturnType<typeof createOutcome>;

/** Collects what was done, what was measured, and which conditions were not met. */
export function createOutcome() {
  const did: string[] = [];
  const figures: string[] = [];
  const failed: string[] = [];
  const short: string[] = [];
  return {
    did,
    figures,
    failed,
    short,
    note: (what: string) => void did.push(what),
    figure: (name: string, value: string | number) => void figures.push(`${name} ${value}`),
    /** A condition of correctness: if it is not met, the fault has failed. */
    must: (isMet: boolean, what: string) => void (isMet || failed.push(what)),
    /** A target for a duration or ratio that a small, shared machine may miss: it is reported, and the fault passes. */
    should: (isMet: boolean, what: string) => void (isMet || short.push(what)),
  };
}
