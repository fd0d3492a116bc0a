/** Ends each run with the line `N passed, N failed`, even after a crash. */
import { writeSync } from "node:fs";
import type { Reporter, TestModule, TestSuite } from "vitest/node";

type Counts = { passed: number; failed: number; skipped: number };

/** A reporter to use in addition to the default one. Errors outside of tests count as failed. */
export function closingLine(): Reporter {
  let counts: Counts | null = null;
  let isWatching = false;
  return {
    onInit(vitest) {
      isWatching = vitest.config.watch;
      process.once("exit", (code) => {
        if (!isWatching) close(counts, code);
      });
    },
    onTestRunEnd(modules, unhandledErrors) {
      counts = countOutcomes(modules);
      counts.failed += unhandledErrors.length;
    },
  };
}

function countOutcomes(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const suites: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    counts.failed += suites.filter((suite) => suite.errors().length > 0).length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === "passed" || state === "failed" ? state : "skipped"] += 1;
    }
  }
  return counts;
}

function close(counts: Counts | null, code: number): void {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  // A run that was stopped or could not start has failed, even if no test has.
  const failures = failed === 0 && (code !== 0 || counts === null) ? 1 : failed;
  if (failures > 0 && code === 0) process.exitCode = 1;
  writeAll(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
}

/** Retries while the pipe is full, because the line must be printed. */
function writeAll(text: string): void {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
