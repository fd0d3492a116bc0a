/** No regular expression in the source takes more than linear time on any text. */
import { globSync, readFileSync } from "node:fs";
import { analyse } from "scslre";
import { expect, test } from "vitest";
import { parseSync } from "vite";

type Found = { place: string; source: string; flags: string };

function expressionsIn(file: string): Found[] {
  const text = readFileSync(file, "utf8");
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object") return;
    const { regex, start } = node as { regex?: { pattern: string; flags: string }; start?: number };
    if (regex) {
      const line = text.slice(0, start).split("\n").length;
      found.push({ place: `${file}:${line}`, source: regex.pattern, flags: regex.flags });
    }
    for (const [key, value] of Object.entries(node)) if (key !== "regex") visit(value);
  };
  visit(parseSync(file, text).program);
  return found;
}

test("A7: all regular expressions in the source are linear", () => {
  const files = globSync("{server,shared,web}/**/*.{ts,tsx,js}");
  const expressions = files.flatMap(expressionsIn);
  expect(files.length).toBeGreaterThan(300);
  expect(expressions.length).toBeGreaterThan(100);
  const slow = expressions.flatMap(({ place, source, flags }) => {
    const { reports } = analyse({ source, flags });
    return reports.map(
      ({ type, exponential }) =>
        `${place} /${source}/${flags}: ${exponential ? "exponential" : "polynomial"} (${type})`,
    );
  });
  expect(slow).toEqual([]);
}, 120_000);
