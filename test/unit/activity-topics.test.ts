import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { topics } from "../../server/database/queries/activity-filter.ts";

const server = path.join(import.meta.dirname, "..", "..", "server");

test("the activity page has a topic for all kinds of audit entries", async () => {
  const found = new Set<string>();
  for (const folder of ["commands", "domain"]) {
    for (const entry of await readdir(path.join(server, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith(".ts")) continue;
      const text = await readFile(path.join(entry.parentPath, entry.name), "utf8");
      for (const [, kind = ""] of text.matchAll(/\bkind: "([a-z_]+\.[a-z_]+)"/g)) found.add(kind);
    }
  }
  expect(found.size).toBeGreaterThan(30);
  const known = new Set(Object.values(topics).flatMap(({ kinds }) => kinds));
  expect([...found].filter((kind) => !known.has(kind))).toEqual([]);
});
