/** Databases have applied these migrations, so they never change. A release adds its new ones here. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const released: Record<string, string> = {
  "0000_schema.sql": "9a2dfbcc335a0543fc2267579ad11d9e5da76552ab487f96f1a0c3e8148383ed",
};

const folder = new URL("../../drizzle/", import.meta.url);

test.each(Object.entries(released))("%s is as it was released", (name, hash) => {
  expect(
    createHash("sha256")
      .update(readFileSync(new URL(name, folder)))
      .digest("hex"),
  ).toBe(hash);
});

test("new migrations come after those that are released", () => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  expect(names.slice(0, Object.keys(released).length)).toEqual(Object.keys(released));
});

test("no migration gathers statistics, which would prolong the locks of all others in their transaction", () => {
  const gathering = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .filter((name) => /^\s*(analyze|vacuum)\b/im.test(readFileSync(new URL(name, folder), "utf8")));
  expect(gathering).toEqual([]);
});
