/**
 * `npm run faults`: the fault matrix over two instances, one PostgreSQL and the sandbox.
 *
 * `npm run faults -- F05 F07` runs some faults; `--seed N` repeats the choices of a run; `--seconds N` is how long the traffic
 * of a fault lasts; `--repeats N` how often restarts and kill points are repeated; `--sabotage` proves the checker.
 */
import { parseArgs } from "node:util";
import { matrix, notRun } from "./matrix.ts";
import { openPostgres } from "./controlled-postgres.ts";
import { runFault } from "./run-fault.ts";
import { runSabotage } from "./sabotage.ts";
import { reasonsOf, type Result, rowOf, tableHead, verdictOf } from "./result-table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    seconds: { type: "string", default: "12" },
    repeats: { type: "string", default: "2" },
    sabotage: { type: "boolean", default: false },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
const selectedIds = positionals.map((id) => id.toUpperCase());
const unknown = selectedIds.filter((id) => !matrix.some((fault) => fault.id === id));
const print = (line = "") => process.stdout.write(`${line}\n`);

if (unknown.length > 0) {
  print(`There is no ${unknown.join(", ")}: choose from ${matrix.map((fault) => fault.id).join(", ")}.`);
  process.exit(2);
}
const options = { seed, seconds: Number(values.seconds), repeats: Number(values.repeats) };
const again = [...selectedIds, ...(values.sabotage ? ["--sabotage"] : []), `--seed ${seed}`].join(" ");
print(`Seed ${seed}. The same choices again: npm run faults -- ${again}`);

const startedAt = performance.now();
const postgres = await openPostgres();
let isFailed = false;
try {
  isFailed = values.sabotage ? !(await runSabotage(postgres, options, print)) : await runMatrix();
} finally {
  await postgres.close();
}
process.exit(isFailed ? 1 : 0);

async function runMatrix(): Promise<boolean> {
  const results: Result[] = [];
  const skipped: string[] = [];
  for (const fault of matrix.filter(({ id }) => selectedIds.length === 0 || selectedIds.includes(id))) {
    const missing = await fault.missing?.();
    if (missing) {
      skipped.push(fault.id);
      print(`${fault.id} not run: ${missing}`);
      continue;
    }
    const result = await runFault(postgres, fault, options);
    results.push(result);
    print(`${result.id} ${verdictOf(result).padEnd(5)} ${result.seconds.toFixed(0).padStart(3)} s  ${result.title}`);
    print(`    ${[...result.outcome.did, ...result.outcome.figures].join("; ")}`);
    for (const line of reasonsOf(result)) print(`    ${line}`);
  }
  print();
  print(tableHead);
  for (const result of results) print(rowOf(result));
  if (selectedIds.length === 0) {
    print();
    for (const { id, why } of notRun) print(`${id} not run, or not completely: ${why}`);
  }
  const verdicts = results.map(verdictOf);
  const count = (verdict: string) => verdicts.filter((other) => other === verdict).length;
  print();
  print(
    `${count("pass")} passed, ${count("short")} passed with a missed target, ${count("FAIL")} failed, ${skipped.length} not run in ${Math.round((performance.now() - startedAt) / 1_000)} s. Seed ${seed}.`,
  );
  return count("FAIL") > 0;
}
