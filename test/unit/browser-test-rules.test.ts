/** Keeps the browser tests honest: what they read is waited for, and no test is run again until it passes. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");

/** Playwright's methods that answer from the page as it is at that moment. */
const instantReads =
  "count|(?<!Promise\\.)all|innerText|allInnerTexts|textContent|allTextContents|inputValue|getAttribute|boundingBox|innerHTML|title|is(?:Visible|Hidden|Enabled|Disabled|Checked|Editable)";
/** `await locator.count()` outside of a question that is asked until it has its answer. */
const read = new RegExp(String.raw`^(?!.*=>).*\bawait\b[^\n]*\.(?:${instantReads})\(`);
const readThroughTitle = /^(?!.*=>).*expect\(await (?:titleOf|page\.url|new URL)\b|expect\((?:page|next)\.url\(\)\)/;
/** For a value that cannot change once its element is there; the reason follows the mark. */
const allowed = /\/\/ read-once: \S/;

const linesOf = (file: string) =>
  readFileSync(path.join(root, file), "utf8")
    .split("\n")
    .map((text, index) => ({ text, place: `${file}:${index + 1}` }));

function testFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => path.join(folder, file));
}

describe("D: browser tests", () => {
  test.each([
    { line: 'expect(await page.getByRole("row").count()).toBe(2);', isFound: true },
    { line: "const first = await rows.first().innerText();", isFound: true },
    { line: "expect(await titleOf(page)).toBe(name);", isFound: true },
    { line: "for (const row of await rows.all()) {", isFound: true },
    { line: "await becomes(() => rows.count(), 2);", isFound: false },
    { line: "await Promise.all([one, other]);", isFound: false },
    { line: "const heads = () => page.locator('th').allInnerTexts();", isFound: false },
  ])("that read without waiting are found: $line", ({ line, isFound }) => {
    expect(read.test(line) || readThroughTitle.test(line)).toBe(isFound);
  });

  test("never read the page without waiting", () => {
    const found = testFiles("test/e2e")
      .flatMap(linesOf)
      .filter(({ text }) => (read.test(text) || readThroughTitle.test(text)) && !allowed.test(text));
    expect(found.map(({ place, text }) => `${place}: ${text.trim()}`)).toEqual([]);
  });

  test("are never retried", () => {
    const found = ["vitest.config.ts", ...testFiles("test")]
      .flatMap(linesOf)
      .filter(({ text }) => /\bretry\s*(?::\s*(?:\d|true|process)|,$)/.test(text));
    expect(found.map(({ place, text }) => `${place}: ${text.trim()}`)).toEqual([]);
  });
});
