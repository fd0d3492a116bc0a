/** The product as `npm start` runs it, in its own process. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildDashboard } from "../../build/dashboard.ts";
import { buildServer } from "../../build/server.ts";
import { freePort } from "../../test/support/ports.ts";
import { startFlags } from "../../test/support/start-flags.ts";
import type { BenchEnvironment } from "./bench-environment.ts";

const timeoutMs = 120_000;

/** Resolves when `/readyz` answers with 200. @param environment settings in addition to PORT */
export async function startProgram(benchEnvironment: BenchEnvironment, environment: Record<string, string>) {
  await buildDashboard(() => {});
  const start = path.join(await buildServer(() => {}), "start.js");
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const log = openSync(path.join(benchEnvironment.dataDir, `program-${port}.log`), "w");
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...startFlags, start], {
    env: { PATH: process.env["PATH"], PORT: String(port), ...environment },
    stdio: ["ignore", log, log],
  });
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > timeoutMs) {
      child.kill("SIGKILL");
      throw new Error(
        `the app did not start: ${await readFile(path.join(benchEnvironment.dataDir, `program-${port}.log`), "utf8")}`,
      );
    }
    await sleep(10);
  }
  return {
    url,
    readyMs: performance.now() - startedAt,
    /** Of the app alone, without PostgreSQL. Null if the system has no /proc. */
    async residentMb(): Promise<number | null> {
      const text = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(text) ?? [];
      return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}
