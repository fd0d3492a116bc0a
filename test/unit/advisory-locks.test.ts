import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { advisoryLockClasses, advisoryLocks } from "../../server/database/statements/advisory-locks.ts";

test("no key of an advisory lock is used for two purposes", () => {
  const keys = Object.values(advisoryLocks).map((numbers) => numbers.join(", "));
  expect(new Set(keys).size).toBe(keys.length);
  const classes = Object.values<number>(advisoryLockClasses);
  expect(new Set(classes).size).toBe(classes.length);
  // A hash as the second key can be any number.
  const firstOfTwo = Object.values<readonly number[]>(advisoryLocks).flatMap(([first, second]) =>
    second === undefined ? [] : [first],
  );
  expect(firstOfTwo.filter((first) => first !== undefined && classes.includes(first))).toEqual([]);
});

test("no file locks by a number of its own", () => {
  const files = globSync("server/**/*.ts").filter((file) => !file.endsWith("advisory-locks.ts"));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => /advisory\w*lock\w*\(\s*\d|\b77_?20\d\b/.test(readFileSync(file, "utf8")))).toEqual([]);
});
