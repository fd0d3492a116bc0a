import type { Postgres } from "./postgres.ts";
import type { RunOptions } from "./run.ts";
export async function runSabotage(_postgres: Postgres, _options: RunOptions, _print: (line?: string) => void): Promise<boolean> {
  return false;
}
