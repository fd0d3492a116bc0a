import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { slowestFiles } from "../support/slowest-first.ts";

test("the files that are to run first are there", () => {
  expect(slowestFiles.filter((path) => !existsSync(path))).toEqual([]);
});
