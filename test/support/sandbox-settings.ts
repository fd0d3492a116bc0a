import { onTestFinished } from "vitest";
import type { Settings } from "../../sandbox/model.ts";

type Control = (act: string, body?: object) => Promise<unknown>;

/** Changes settings of a sandbox until the end of the running test, even if the test fails. */
export async function changeUntilTestEnds(control: Control, changed: Partial<Settings>): Promise<void> {
  const current = (await control("settings")) as Settings;
  const names = Object.keys(changed) as (keyof Settings)[];
  const former = Object.fromEntries(names.map((name) => [name, current[name]]));
  onTestFinished(async () => void (await control("settings", former)));
  await control("settings", changed);
}
