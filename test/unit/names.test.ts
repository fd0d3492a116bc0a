/** Names use the words of docs/glossary.md. The words that are refused as parts of a name, and what to write instead, are in names.json. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync, Visitor } from "vite";
import { describe, expect, test } from "vitest";
import names from "./names.json" with { type: "json" };

const words = new Map(Object.entries(names.words));
const allowed = new Set(Object.keys(names.allowed));

function partsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
}

function refusalsOf(name: string): string[] {
  if (allowed.has(name)) return [];
  return partsOf(name).flatMap((part) => (words.has(part) ? [`${name}: not "${part}" but ${words.get(part)}`] : []));
}

/** Every identifier of the source but those that other code owns: properties that are read from an object. */
function identifiersIn(file: string, text: string): Set<string> {
  const found = new Set<string>();
  const read = new Set<number>();
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  new Visitor({
    MemberExpression: ({ computed, property }) => void (computed || read.add(property.start)),
    Identifier: ({ name, start }) => void (read.has(start) || found.add(name)),
    PrivateIdentifier: ({ name }) => void found.add(name),
  }).visit(program);
  return found;
}

describe("names of files and identifiers", () => {
  test("are refused for a word that is a part of them", () => {
    expect(refusalsOf("mostBulkRows")).toEqual(['mostBulkRows: not "most" but max']);
    expect(refusalsOf("HTTPTold")).toHaveLength(1);
    expect(refusalsOf("folder")).toEqual([]);
    expect([...identifiersIn("x.ts", "const way = (a as B).told; type T = { heard: C };")]).toEqual(
      expect.arrayContaining(["way", "heard"]),
    );
  });

  test.each(names.folders)("in %s contain no refused words", (folder) => {
    const files = globSync(`${folder}/**/*.{ts,tsx,js,mjs}`, { exclude: (file) => file.includes("node_modules") });
    expect(files).not.toEqual([]);
    const refused = files.flatMap((file) =>
      [path.basename(file), ...identifiersIn(file, readFileSync(file, "utf8"))]
        .flatMap(refusalsOf)
        .map((refusal) => `${file}: ${refusal}`),
    );
    expect(refused).toEqual([]);
  });
});
