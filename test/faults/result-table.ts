/** The result as a table for people: a block per fault, its verdict first. */
import type { Outcome } from "./fault.ts";
import type { Verdict } from "./invariants.ts";

export type Result = {
  id: string;
  title: string;
  outcome: Outcome;
  verdict: Verdict | null;
  seconds: number;
  error: string | null;
  /** Where the logs of the instances are, if something failed. */
  logs: string | null;
};

/** Passed; short: a target for a duration or ratio was missed; failed: a condition was not met. */
export function verdictOf(result: Result): "pass" | "short" | "FAIL" {
  const isBroken =
    result.error !== null || result.outcome.failed.length > 0 || (result.verdict?.violations.length ?? 0) > 0;
  if (isBroken) return "FAIL";
  return result.outcome.short.length > 0 ? "short" : "pass";
}

/** One line of a Markdown table. */
export function rowOf(result: Result): string {
  const { outcome, verdict } = result;
  const counts = verdict ? Object.entries(verdict.checked).map(([name, count]) => `${count} ${name}`) : [];
  const figures = [...outcome.figures, verdict ? `quiet after ${(verdict.quietMs / 1_000).toFixed(1)} s` : ""].filter(
    Boolean,
  );
  const cells = [
    result.id,
    result.title,
    outcome.did.join("; "),
    figures.join("; "),
    counts.join(", "),
    verdictOf(result),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "/").replaceAll("\n", " ")).join(" | ")} |`;
}

export const tableHead = [
  "| fault | how | what was done | figures | checked | verdict |",
  "|---|---|---|---|---|---|",
].join("\n");

/** Why a result is not a pass, a line each. */
export function reasonsOf(result: Result): string[] {
  const lines = [
    ...(result.error === null ? [] : [`error: ${result.error}`]),
    ...result.outcome.failed.map((what) => `not met: ${what}`),
    ...result.outcome.short.map((what) => `target missed: ${what}`),
  ];
  const byInvariant = Map.groupBy(result.verdict?.violations ?? [], ({ invariant }) => invariant);
  for (const [invariant, violations] of byInvariant) {
    lines.push(...violations.slice(0, 8).map(({ what }) => `${invariant}: ${what}`));
    if (violations.length > 8) lines.push(`${invariant}: and ${violations.length - 8} more`);
  }
  if (result.logs) lines.push(`logs: ${result.logs}`);
  return lines;
}
