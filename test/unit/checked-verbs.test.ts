/**
 * What the source must show: a command that writes also records who did it, no router opens a transaction, a procedure has a
 * role.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync, Visitor } from "vite";
import { describe, expect, test } from "vitest";
import { appRouter } from "../../server/trpc/router.ts";
import { roles } from "../../shared/roles.ts";
import reasons from "./commands-without-record.json" with { type: "json" };

const record = "server/database/record/record.ts";
const recording = new Set([`${record}#record`, `${record}#activityRows`]);
const writingSql = /\b(insert into [\w$]+ \(|update [\w$]+ (as \w+ )?set|delete from [\w$])/;

/** A function at the top of a file, with the functions of ours that it names. */
type Fn = { writes: boolean; names: Set<string> };

type Node = { type: string; start: number; end: number };

/** The functions of a file by `file#name`. What stands outside of functions belongs to none. */
function functionsIn(file: string, text: string): Map<string, Fn> {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const imported = new Map<string, string>();
  const tables = new Set<string>();
  const spans: { key: string; node: Node }[] = [];
  const add = (name: string, node: Node) => spans.push({ key: `${file}#${name}`, node });
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration" && statement.source.value.startsWith(".")) {
      const source = path.posix.join(path.posix.dirname(file), statement.source.value);
      for (const specifier of statement.specifiers) {
        if (specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier") continue;
        imported.set(specifier.local.name, `${source}#${specifier.imported.name}`);
        if (source.startsWith("server/database/schema/")) tables.add(specifier.local.name);
      }
    }
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "FunctionDeclaration" && declaration.id) add(declaration.id.name, declaration);
    if (declaration?.type === "VariableDeclaration") {
      for (const { id, init } of declaration.declarations) if (id.type === "Identifier" && init) add(id.name, init);
    }
  }
  const found = new Map(spans.map(({ key }) => [key, { writes: false, names: new Set<string>() }]));
  const at = ({ start }: { start: number }): Fn | undefined => {
    const span = spans.find(({ node }) => node.start <= start && start < node.end);
    return span && found.get(span.key);
  };
  new Visitor({
    Identifier: (identifier) => {
      const { name } = identifier;
      const target = imported.get(name) ?? (found.has(`${file}#${name}`) ? `${file}#${name}` : undefined);
      if (target !== undefined) at(identifier)?.names.add(target);
    },
    CallExpression: (call) => {
      const { callee, arguments: given } = call;
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      const [first] = given;
      if (!["insert", "update", "delete"].includes(callee.property.name) || first?.type !== "Identifier") return;
      const fn = at(call);
      if (fn && tables.has(first.name)) fn.writes = true;
    },
    TemplateLiteral: (template) => {
      const fn = at(template);
      if (fn && writingSql.test(template.quasis.map(({ value }) => value.raw).join("$x"))) fn.writes = true;
    },
  }).visit(program);
  return found;
}

/**
 * The commands that write and of which nothing is recorded. One counts as recorded when it reaches the record, or when
 * all that call it do.
 */
function unrecorded(files: ReadonlyMap<string, string>): string[] {
  const all = new Map([...files].flatMap(([file, text]) => [...functionsIn(file, text)]));
  const callers = new Map<string, string[]>();
  for (const [key, { names }] of all) {
    for (const name of names) if (name !== key) callers.set(name, [...(callers.get(name) ?? []), key]);
  }
  const reaches = (
    key: string,
    isWanted: (key: string) => boolean,
    into: string,
    seen = new Set<string>(),
  ): boolean => {
    if (isWanted(key)) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return [...(all.get(key)?.names ?? [])].some(
      (name) => name.startsWith(into) && reaches(name, isWanted, into, seen),
    );
  };
  const isRecorded = (key: string, seen: readonly string[] = []): boolean => {
    if (seen.includes(key)) return true;
    if (reaches(key, (name) => recording.has(name), "server/")) return true;
    const by = (callers.get(key) ?? []).filter((caller) => caller.startsWith("server/commands/"));
    return by.length > 0 && by.every((caller) => isRecorded(caller, [...seen, key]));
  };
  const isWriting = (key: string) => {
    const fn = all.get(key);
    if (fn?.writes) return true;
    return [...(fn?.names ?? [])].some(
      (name) =>
        name.startsWith("server/database/writes/") &&
        reaches(name, (target) => all.get(target)?.writes === true, "server/database/writes/"),
    );
  };
  return [...all.keys()].filter((key) => key.startsWith("server/commands/") && isWriting(key) && !isRecorded(key));
}

const read = (pattern: string) => new Map(globSync(pattern).map((file) => [file, readFileSync(file, "utf8")]));

describe("commands", () => {
  const place = "server/commands/x.ts";
  const table = 'import { plans } from "../database/schema/plans.ts"; import { sql } from "drizzle-orm";\n';
  const recorder = 'import { record } from "../database/record/record.ts";\n';

  test.each([
    ["an insert", "export function a(db) { return db.insert(plans); }"],
    ["a raw update", "export async function a(db) { await db.execute(sql`update plans set name = ${1}`); }"],
    ["a write of a function that it calls", "const a = (db) => b(db); function b(db) { return db.delete(plans); }"],
  ])("that write without a record are found: %s", (_, text) => {
    expect(unrecorded(new Map([[place, table + text]]))).not.toEqual([]);
  });

  test.each([
    ["recorded next to it", "export function a(db) { record(db); return db.insert(plans); }"],
    ["recorded by its caller", "export function a(db) { record(db); b(db); } function b(db) { db.insert(plans); }"],
    ["a read", "export function a(db) { return db.select().from(plans); }"],
  ])("that record what they write are accepted: %s", (_, text) => {
    expect(unrecorded(new Map([[place, recorder + table + text]]))).toEqual([]);
  });

  test("record what they write, or are listed with a reason in commands-without-record.json", () => {
    const files = new Map([...read("server/commands/**/*.ts"), ...read("server/database/{writes,record}/*.ts")]);
    expect(files.size).toBeGreaterThan(80);
    expect(unrecorded(files).toSorted()).toEqual(Object.keys(reasons).toSorted());
  });
});

describe("procedures", () => {
  test("do not open transactions or write to tables", () => {
    const files = read("server/trpc/*.ts");
    expect(files.size).toBeGreaterThan(20);
    const writing = [...files].filter(
      ([file, text]) =>
        /\.transaction\(/.test(text) || [...functionsIn(file, text).values()].some(({ writes }) => writes),
    );
    expect(writing.map(([file]) => file)).toEqual([]);
  });

  test("all have a role", () => {
    const procedures = Object.entries(
      appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { role?: string } } }>,
    );
    expect(procedures.length).toBeGreaterThan(80);
    const lacking = procedures.filter(([, { _def }]) => !roles.some((role) => role === _def.meta?.role));
    expect(lacking.map(([name]) => name)).toEqual([]);
  });
});
