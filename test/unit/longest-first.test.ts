import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { longestFiles } from "../support/longest-first.ts";

test("the files that are to run first are there", () => {
  expect(longestFiles.filter((path) => !existsSync(path))).toEqual([]);
});
