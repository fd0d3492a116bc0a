/** The tables of faults name the tests that hold each: a test that was renamed or removed must not leave its name behind. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const top = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/faults.md", top), "utf8");
const scenes = readdirSync(new URL("test/faults/matrix/", top), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(new URL(`test/faults/matrix/${file}`, top), "utf8"))
  .join("\n");

type Named = { file: string; title: string | null };

/** `integration/x` "A3": the file, and the beginning of a title in it. */
function namedTests(text: string): Named[] {
  return [...text.matchAll(/`((?:unit|web|integration|e2e)\/[\w/-]+)`(?: "([^"]+)")?/g)].map(([, file, title]) => ({
    file: file!,
    title: title ?? null,
  }));
}

function sourceOf(file: string): string | null {
  const path = [`test/${file}.test.ts`, `test/${file}.test.tsx`].find((one) => existsSync(new URL(one, top)));
  return path === undefined ? null : readFileSync(fileURLToPath(new URL(path, top)), "utf8");
}

/** Titles of tests and groups, as far as they are written out. */
function titlesOf(source: string): string[] {
  return [...source.matchAll(/\b(?:describe|test|it)\b[^"'`]*?\(\s*(?:["`])([^"`]*)/g)].map(([, title]) => title!);
}

describe("docs/faults.md", () => {
  const named = namedTests(page);

  test("names tests for every fault from A1 to E", () => {
    const rows = page.split("\n").filter((line) => /^\| [A-C]\d/.test(line));
    const count = (letter: string) => rows.filter((row) => row.startsWith(`| ${letter}`)).length;
    expect([count("A"), count("B"), count("C")]).toEqual([12, 37, 24]);
    expect(rows.filter((row) => namedTests(row).length === 0)).toEqual([]);
    expect(named.length).toBeGreaterThan(100);
  });

  test.each(named)("names a test that exists: $file $title", ({ file, title }) => {
    const source = sourceOf(file);
    expect(source, `there is no test/${file}.test.ts`).not.toBeNull();
    if (title === null) return;
    const titles = titlesOf(source!);
    expect(titles.some((one) => one.includes(title)) || source!.includes(`"${title}`), `no title with "${title}"`).toBe(
      true,
    );
  });

  const listed = [...page.matchAll(/scenes? ((?:[FAC]\d\d(?:, | and )?)+)/gi)].flatMap(([, ids]) =>
    ids!.match(/\w\d\d/g)!,
  );

  test.each([...new Set(listed)])("names a scene that exists: %s", (id) => {
    expect(scenes.includes(`"${id}"`)).toBe(true);
  });
});
