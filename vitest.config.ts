import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./test/support/slowest-first.ts";
import { closingLine } from "./test/support/reporter.ts";

const globalSetup = ["test/support/global-database.ts", "test/support/global-build.ts"];
/** Node runs our TypeScript as it is, so tests import it directly: transforming the server for every file took a third of an import. */
const experimental = { viteModuleRunner: false };
/** A worker imports the app once for all its files: importing it for each file took a quarter of the suite. */
const isolate = false;
/** Far beyond what a slow and busy machine needs: waits inside of a test have limits of their own. */
const testTimeout = 180_000;
const hookTimeout = 300_000;
/** The default of 1 s is not enough on a busy machine; nothing waits this long when all is well. */
const expect = { poll: { timeout: 30_000 } };
/**
 * Workers for tests with a database, and with browsers. Most tests wait for others more than they work, so eight keep two processors
 * busy, and so do four browsers with a whole app each. Fewer in CI, whose machines can be several times as slow: a test that gets a
 * quarter of a processor reaches the product's own time limits there.
 */
const workers = process.env["CI"] ? { database: 5, browsers: 3 } : { database: 8, browsers: 4 };
/** Tests that hardly wait: more workers than processors would only import the same files more often. */
const busy = { maxWorkers: 2, sequence: { groupOrder: 0 } };
// Parts of the dashboard write numbers and dates as the browser does, which in these tests is Node.
process.env["LC_ALL"] = "C";
process.env["NODE_COMPILE_CACHE"] ??= "node_modules/.cache/compiled";

export default defineConfig({
  test: {
    maxWorkers: workers.database,
    sequence: { sequencer: SlowestFirst },
    reporters: ["default", closingLine()],
    projects: [
      { test: { name: "unit", ...busy, isolate, include: ["test/unit/**/*.test.ts"], testTimeout, expect } },
      { test: { name: "web", ...busy, isolate, include: ["test/web/**/*.test.ts"], testTimeout, expect } },
      // Parts of the dashboard with their elements and a scripted server.
      {
        test: {
          name: "parts",
          ...busy,
          isolate,
          environment: "jsdom",
          include: ["test/web/**/*.test.tsx"],
          testTimeout,
          expect,
        },
      },
      {
        test: {
          name: "integration",
          experimental,
          isolate,
          include: ["test/integration/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          globalSetup,
          testTimeout,
          expect,
          hookTimeout,
        },
      },
      {
        test: {
          name: "e2e",
          experimental,
          isolate,
          include: ["test/e2e/**/*.test.ts"],
          globalSetup,
          testTimeout,
          expect,
          // The first file that needs the sample history plays it, and the others wait for it.
          hookTimeout,
          maxWorkers: workers.browsers,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
