/**
 * `npm run bench [-- PART... --quick|--full] [--seeded FOLDER]`: measures the product next to the raw limit of the same machine
 * in the same run. Only the ratios can be compared between machines. Prints a table and writes `bench/latest.json`. FOLDER
 * keeps the generated customers of `lists` and `history` for the next run.
 */
import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchAcknowledge } from "./acknowledge.ts";
import { type BenchEnvironment, createBenchEnvironment, type Scale } from "./environment/bench-environment.ts";
import { benchEntitlements } from "./entitlements.ts";
import { benchHistory } from "./history.ts";
import { benchIntake } from "./intake.ts";
import { benchLists } from "./lists.ts";
import { benchLive } from "./live.ts";
import { benchOutbox } from "./outbox.ts";
import { benchPages } from "./page-load.ts";
import { benchReconcile } from "./reconcile.ts";
import { benchRecovery } from "./recovery.ts";
import type { Measurement } from "./measurement.ts";
import { benchSettle } from "./settle.ts";
import { benchStart } from "./start.ts";
import { benchUsageIntake } from "./usage-intake.ts";
import { benchUsageSending } from "./usage-sending.ts";

const reconciled = { quick: 5_000, usual: 30_000, full: 200_000 };

const parts: Record<string, (benchEnvironment: BenchEnvironment) => Promise<Measurement[]>> = {
  intake: benchIntake,
  acknowledge: benchAcknowledge,
  settle: benchSettle,
  recovery: benchRecovery,
  outbox: benchOutbox,
  "usage-intake": benchUsageIntake,
  "usage-sending": benchUsageSending,
  lists: benchLists,
  history: benchHistory,
  entitlements: benchEntitlements,
  live: benchLive,
  reconcile: ({ scale, log }) => benchReconcile(reconciled[scale], log),
  pages: benchPages,
  start: benchStart,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    seeded: { type: "string" },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}.\n`);
  process.exit(2);
}
const scale: Scale = values.full ? "full" : values.quick ? "quick" : "usual";
const log = (line: string) => process.stderr.write(`${line}\n`);
const chosen = positionals.length > 0 ? positionals : Object.keys(parts);

const rows: Measurement[] = [];
const failures: string[] = [];
const startedAt = new Date();
const benchEnvironment = await createBenchEnvironment(scale, log, values.seeded && path.resolve(values.seeded));
try {
  for (const name of chosen) {
    log(`${name} …`);
    const begun = performance.now();
    try {
      const measured = (await parts[name]?.(benchEnvironment)) ?? [];
      rows.push(...measured);
      // Printed immediately, so that an interrupted run has shown its results so far.
      for (const row of measured) log(lineOf(row));
      log(`${name}: ${Math.round((performance.now() - begun) / 1_000)} s`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
} finally {
  await benchEnvironment.stop();
}
process.stdout.write(`${tableOf(rows)}\n`);
for (const failure of failures) log(`\nnot measured: ${failure}`);
await writeFile(
  fileURLToPath(new URL("latest.json", import.meta.url)),
  `${JSON.stringify({ startedAt, endedAt: new Date(), scale, machine: machine(), rows, failures }, null, 2)}\n`,
);
process.exit(failures.length > 0 ? 1 : 0);

function machine() {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0] ?? 0;
  return {
    node: process.version,
    processors: os.cpus().length,
    cpu: cpu?.model,
    memoryGb: Math.round(os.totalmem() / 1e9),
    load,
  };
}

function lineOf({ name, value, unit, ratio, target, isMet }: Measurement): string {
  const verdict = isMet === undefined ? "" : ` (${target}: ${isMet ? "met" : "NOT MET"})`;
  return `  ${name}: ${value.toLocaleString("en-US")} ${unit}${ratio === undefined ? "" : `, ${ratio} ×`}${verdict}`;
}

/** Markdown, so that the documentation can include it. */
function tableOf(all: Measurement[]): string {
  const cells = all.map((row) => [
    row.name,
    row.value.toLocaleString("en-US"),
    row.unit,
    row.raw?.toLocaleString("en-US") ?? "",
    row.ratio === undefined ? "" : `${row.ratio.toLocaleString("en-US")} ×`,
    row.target ?? "",
    row.isMet === undefined ? "" : row.isMet ? "yes" : "NO",
    row.note ?? "",
  ]);
  const table = [["what", "measured", "unit", "raw limit", "ratio", "target", "met", "note"], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = table.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}
