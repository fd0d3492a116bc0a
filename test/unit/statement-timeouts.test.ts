/** A connection gives up a second after its statements must have ended: a longer limit of one statement would have no effect. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("only connections limit the time of statements", () => {
  const files = globSync("server/**/*.ts").map((file) => file.replaceAll("\\", "/"));
  const limiting = files.filter((file) => readFileSync(file, "utf8").includes("statement_timeout"));
  // Migrations remove the limit, and their connections never give up.
  expect(limiting.toSorted()).toEqual([
    "server/database/connection/database.ts",
    "server/database/migrations/migrate.ts",
  ]);
});
