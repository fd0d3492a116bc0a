/** Imports go one way, those of types too: layers.json has each layer with all that it may import. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { describe, expect, test } from "vitest";
import table from "./layers.json" with { type: "json" };

const layers = new Map<string, string[]>(Object.entries(table));
/** What puts the programs together may import everything; nothing imports it. */
const programs = [
  "server/compose",
  "server/start.ts",
  "server/migrate.ts",
  "server/person.ts",
  "server/verify-record.ts",
  "server/replay-cases",
];

const isIn = (file: string, place: string) =>
  file === place || file.startsWith(`${place}/`) || file.startsWith(`${place}.`);
const exactlyIn = (file: string, place: string) => file === place || file.startsWith(`${place}/`);
const layerOf = (file: string) => [...layers.keys()].find((place) => exactlyIn(file, place));

/** Our files that a file imports in any form: values, types, re-exports, lazy imports, `import("…").Type`. */
function importsOf(file: string, text: string): string[] {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const sources = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
    ...[...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, source]) => source),
  ];
  const own = sources.filter((source): source is string => source?.startsWith(".") === true);
  return [...new Set(own)].map((source) => path.posix.join(path.posix.dirname(file), source));
}

/** A circle that the graph has, as the files along it; empty when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = walk(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

/** Imports that the table does not allow. */
function forbiddenImports(file: string, imports: readonly string[]): string[] {
  if (programs.some((program) => isIn(file, program))) return [];
  const layer = layerOf(file);
  if (layer === undefined) return [`${file} is in no layer`];
  const allowed = [layer, ...(layers.get(layer) ?? [])];
  return imports
    .filter((target) => !allowed.some((place) => exactlyIn(target, place)))
    .map((target) => `${file} imports ${target}`);
}

describe("imports", () => {
  const graph = new Map(
    globSync("{shared,server,web,sandbox}/**/*.{ts,tsx}").map((file) => [
      file,
      importsOf(file, readFileSync(file, "utf8")),
    ]),
  );

  test("are found in all their forms", () => {
    const forms = [
      'import { a } from "./a.ts";',
      'import type { B } from "./b.ts";',
      'export type { C } from "./c.ts";',
      'export * from "./d.ts";',
      'const e = import("./e.ts");',
      'type F = import("./f.ts").F;',
    ].join("\n");
    expect(importsOf("shared/x.ts", forms).toSorted()).toEqual("abcdef".split("").map((name) => `shared/${name}.ts`));
  });

  test("in a cycle or against the order are found", () => {
    expect(findCycle(new Map(Object.entries({ a: ["b"], b: ["c"], c: ["b"] })))).toEqual(["b", "c", "b"]);
    expect(forbiddenImports("server/domain/x.ts", ["server/database/writes/y.ts", "shared/z.ts"])).toHaveLength(1);
    expect(forbiddenImports("server/elsewhere/x.ts", [])).toEqual(["server/elsewhere/x.ts is in no layer"]);
  });

  test("form no cycles, including types", () => {
    expect(graph.size).toBeGreaterThan(400);
    expect(findCycle(graph)).toEqual([]);
  });

  test("follow the order of the layers", () => {
    expect([...graph].flatMap(([file, imports]) => forbiddenImports(file, imports))).toEqual([]);
  });

  test("of the web app from the server are types of procedures", () => {
    const router = [...graph].filter(([file]) => exactlyIn(file, "web")).flatMap(([, imports]) => imports);
    expect([...new Set(router.filter((target) => target.startsWith("server/")))].toSorted()).toEqual([
      "server/trpc/live.ts",
      "server/trpc/router.ts",
    ]);
  });
});
