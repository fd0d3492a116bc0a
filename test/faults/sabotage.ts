/** Proves the checker: guarantees are broken on purpose, and each must be detected in one run. */
import type { Fault } from "./fault.ts";
import type { Sabotage } from "./fault-injection.ts";
import { matrix } from "./matrix.ts";
import type { Postgres } from "./controlled-postgres.ts";
import { runFault, type RunOptions } from "./run-fault.ts";
import type { SceneOptions } from "./scene.ts";
import { reasonsOf, verdictOf } from "./result-table.ts";

type Attempt = {
  what: string;
  /** The fault that should reveal it. */
  fault: string;
  scene?: SceneOptions;
  settings?: Record<string, string>;
};

const inside = (sabotage: Sabotage): SceneOptions => ({ sabotage });

const attempts: Attempt[] = [
  { what: "synchronous_commit = off, and PostgreSQL killed", fault: "F04", settings: { synchronous_commit: "off" } },
  { what: "webhooks answered before the commit", fault: "F01", scene: inside("ack-before-commit") },
  {
    what: "no unique key on Microsoft's operation id",
    fault: "F11",
    scene: {
      ...inside("no-unique-key"),
      prepareDatabase: (ask) => ask("alter table operations drop constraint operations_marketplace_id"),
    },
  },
  {
    what: "a PATCH is repeated without a check of the first one's result",
    fault: "F10",
    scene: inside("patch-without-check"),
  },
  { what: "a dead worker's lease never ends", fault: "F01", scene: inside("lease-never-expires") },
];

/** Returns whether all were detected. */
export async function runSabotage(
  postgres: Postgres,
  options: RunOptions,
  print: (line?: string) => void,
): Promise<boolean> {
  let caught = 0;
  for (const { what, fault: id, scene, settings } of attempts) {
    const fault = matrix.find((candidate) => candidate.id === id) as Fault;
    await withSettings(postgres, settings ?? {}, async () => {
      const result = await runFault(postgres, fault, { ...options, scene });
      const reasons = reasonsOf({ ...result, outcome: { ...result.outcome, short: [] } });
      const isCaught = verdictOf(result) === "FAIL" && result.error === null;
      if (isCaught) caught += 1;
      const by = [...new Set(result.verdict?.violations.map(({ invariant }) => invariant))].toSorted().join(", ");
      print(`${isCaught ? "caught" : "MISSED"}  ${what} (${id}, ${result.seconds.toFixed(0)} s)${by ? `: ${by}` : ""}`);
      for (const reason of reasons.slice(0, 3)) print(`        ${reason}`);
    });
  }
  print();
  print(`${caught}/${attempts.length} caught. Seed ${options.seed}.`);
  return caught === attempts.length;
}

async function withSettings(
  postgres: Postgres,
  settings: Record<string, string>,
  work: () => Promise<void>,
): Promise<void> {
  const names = Object.keys(settings);
  if (names.length === 0) return work();
  const restart = async () => {
    if (!postgres.hasEnded()) await postgres.stop("fast");
    await postgres.start();
  };
  Object.assign(postgres.settings, settings);
  await restart();
  try {
    await work();
  } finally {
    for (const name of names) delete postgres.settings[name];
    await restart();
  }
}
