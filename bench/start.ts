/** How soon the app is ready with an existing database, and how much memory it uses when idle. */
import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { median } from "./environment/percentiles.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { startProgram } from "./environment/start-program.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

export async function benchStart(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const [rounds, idleMs] = benchEnvironment.scale === "quick" ? [2, 1_000] : [5, 10_000];
  const microsoft = await startMicrosoft();
  const database = await benchEnvironment.createDatabase();
  const ownFolder = (name: string) => ({ DATA_DIR: path.join(benchEnvironment.dataDir, name), SANDBOX_PORT: "0" });
  const given = { ...ownFolder("given"), ...microsoft.environmentFor("app"), DATABASE_URL: database.url };
  const embedded = ownFolder("embedded");
  const node: number[] = [];
  const measured = { given: [] as Measured[], embedded: [] as Measured[] };
  try {
    // The first start creates the database.
    await (await startProgram(benchEnvironment, embedded)).stop();
    for (let round = 0; round < rounds; round += 1) {
      node.push(await bareNode());
      measured.given.push(await startOnce(benchEnvironment, given, idleMs));
      measured.embedded.push(await startOnce(benchEnvironment, embedded, idleMs));
    }
  } finally {
    microsoft.stop();
    await database.drop();
  }
  const raw = median(node);
  const note = "raw: Node that does nothing";
  const row = (name: string, of: Measured[], limitMs: number) =>
    withVerdict({ name, value: median(of.map(({ readyMs }) => readyMs)), unit: "ms", raw, note }, maximum(limitMs));
  const memory = (name: string, of: Measured[], ...limit: Parameters<typeof maximum>[]) => {
    const values = of.map(({ residentMb }) => residentMb).filter((value) => value !== null);
    return values.length === 0
      ? []
      : [withVerdict({ name, value: median(values), unit: "MB" }, ...limit.map((one) => maximum(...one)))];
  };
  return [
    row("start: ready with DATABASE_URL", measured.given, 1_500),
    row("start: ready with the embedded database", measured.embedded, 5_000),
    ...memory("idle memory of the app", measured.given, [150]),
    ...memory("idle memory of the app with the sandbox", measured.embedded),
  ];
}

type Measured = { readyMs: number; residentMb: number | null };

async function startOnce(
  benchEnvironment: BenchEnvironment,
  environment: Record<string, string>,
  idleMs: number,
): Promise<Measured> {
  const program = await startProgram(benchEnvironment, environment);
  await sleep(idleMs);
  const residentMb = await program.residentMb();
  await program.stop();
  return { readyMs: program.readyMs, residentMb };
}

async function bareNode(): Promise<number> {
  const startedAt = performance.now();
  await promisify(execFile)(process.execPath, ["-e", "0"]);
  return performance.now() - startedAt;
}
