/** `test/cases.md` and `test/probes.md` agree with the numbers that the tests cite. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const folder = new URL("../", import.meta.url);
const files = globSync("**/*.test.{ts,tsx}", { cwd: folder }).map((path) => path.replaceAll("\\", "/"));
const nameOf = (path: string) => path.replace(/\.test\.tsx?$/, "");

/** Number → names of the files that cite it. */
function cited(kind: "case" | "probe"): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  const list = new RegExp(String.raw`\b${kind}s? (\d+(?:(?:, | and )\d+)*)`, "g");
  for (const path of files) {
    if (nameOf(path) === "unit/numbered-tests") continue;
    const text = readFileSync(new URL(path, folder), "utf8");
    const numbers = [...text.matchAll(list)].flatMap(([, some = ""]) => some.match(/\d+/g) ?? []);
    if (kind === "probe") numbers.push(...[...text.matchAll(/\bC\d+ \((\d+)\)/g)].map(([, number = ""]) => number));
    for (const number of numbers) {
      found.set(Number(number), (found.get(Number(number)) ?? new Set()).add(nameOf(path)));
    }
  }
  return found;
}

/** Number → names of the files that its row gives. */
function listed(page: string): Map<number, string[]> {
  const rows = readFileSync(new URL(page, folder), "utf8").matchAll(/^\| *(\d+) *\| .+ \| ([^|]+?) *\|$/gm);
  return new Map(
    Array.from(rows, ([, number, tests = ""]) => [
      Number(number),
      Array.from(tests.matchAll(/`([^`]+)`/g), ([, name = ""]) => name),
    ]),
  );
}

describe.each([
  { kind: "case", page: "cases.md" },
  { kind: "probe", page: "probes.md" },
] as const)("test/$page", ({ kind, page }) => {
  const rows = listed(page);
  const numbers = cited(kind);

  test("has a row for all numbers that tests cite, with the test's file", () => {
    expect(numbers.size).toBeGreaterThan(40);
    const missing = [...numbers].flatMap(([number, names]) =>
      [...names].filter((name) => !rows.get(number)?.includes(name)).map((name) => `${kind} ${number}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("names only test files that exist", () => {
    const known = new Set(files.map(nameOf));
    const unknown = [...rows].flatMap(([number, names]) =>
      names.filter((name) => !known.has(name)).map((name) => `${kind} ${number}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});
