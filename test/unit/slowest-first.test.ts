import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { slowestFiles } from "../support/slowest-first.ts";

test("the test files that run first exist", () => {
  expect(slowestFiles.filter((path) => !existsSync(path))).toEqual([]);
});
