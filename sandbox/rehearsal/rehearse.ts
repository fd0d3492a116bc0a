/** Runs the scenes of a rehearsal and says which the product failed, and why. */
import type { Scene } from "./scene.ts";
import { scenes } from "./scenes.ts";
import { ExpectationFailed, type SceneTools } from "./scene-tools.ts";

export type SceneResult = {
  scene: string;
  /** `broken`: the rehearsal itself could not play the scene. */
  outcome: "passed" | "failed" | "broken" | "skipped";
  /** Null if it passed. */
  why: string | null;
  ms: number;
};

/** More scenes at the same time could overload the product of a small publisher. */
const concurrency = 4;

/**
 * @param onResult called after each scene
 * @param names only these scenes; all if absent
 */
export async function rehearse(
  tools: SceneTools,
  onResult: (result: SceneResult) => void = () => {},
  names: readonly string[] = scenes.map(({ name }) => name),
): Promise<SceneResult[]> {
  const chosen = scenes.filter(({ name }) => names.includes(name));
  const results = new Map<string, SceneResult>();
  async function play(scene: Scene): Promise<void> {
    const result = await resultOf(scene, tools);
    results.set(scene.name, result);
    onResult(result);
  }
  const waiting = chosen.filter(({ isAlone }) => !isAlone);
  const workers = Array.from({ length: concurrency }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await play(next);
  });
  await Promise.all(workers);
  for (const scene of chosen.filter(({ isAlone }) => isAlone)) await play(scene);
  return chosen.flatMap(({ name }) => results.get(name) ?? []);
}

async function resultOf(scene: Scene, tools: SceneTools): Promise<SceneResult> {
  const startedAt = performance.now();
  const result = (outcome: SceneResult["outcome"], why: string | null): SceneResult => ({
    scene: scene.name,
    outcome,
    why,
    ms: Math.round(performance.now() - startedAt),
  });
  if (scene.needsDesk && !tools.desk) {
    return result("skipped", "Only `npm run rehearse` can stop Marketdesk.");
  }
  try {
    await scene.run(tools);
    return result("passed", null);
  } catch (error) {
    return result(error instanceof ExpectationFailed ? "failed" : "broken", (error as Error).message);
  }
}

/** The results as a Markdown table, with a line that counts them. */
export function tableOf(results: SceneResult[]): string {
  const rows = results.map(({ scene, outcome, why, ms }) => [
    scene,
    outcome,
    `${(ms / 1_000).toFixed(1)} s`,
    why ?? "",
  ]);
  const table = [["Scene", "Result", "Time", "Why"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  const count = (outcome: SceneResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  const others = (["broken", "skipped"] as const).flatMap((outcome) =>
    count(outcome) > 0 ? [`${count(outcome)} ${outcome}`] : [],
  );
  return [...lines, "", [`${count("passed")} passed, ${count("failed")} failed`, ...others].join(", ")].join("\n");
}
