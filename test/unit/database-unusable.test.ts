/** Why a database cannot be used at the start, in a sentence for the person who starts the app. */
import { expect, test } from "vitest";
import { databaseProblem, databaseProblemMessage } from "../../server/database/statements/database-problem.ts";
import { DatabaseUnusable, explainConnectError, explainReadOnly } from "../../server/database/connection/explain.ts";

const url = "postgres://app:secret@localhost:5432/desk?sslmode=disable";
const failed = (code: string) => Object.assign(new Error("internal details"), { code });

test.each([
  ["53300", /allows no more connections/],
  ["57P03", /is starting, stopping or recovering/],
  ["42501", /may not connect to the database "desk"/],
  ["55000", /accepts no connections/],
  ["3D000", /does not exist/],
  ["28P01", /rejects the user "app"/],
  ["ECONNREFUSED", /There is no database at localhost:5432/],
])("a connection that fails with %s is explained", (code, words) => {
  const explained = explainConnectError(failed(code), url);
  expect(explained).toBeInstanceOf(DatabaseUnusable);
  expect((explained as Error).message).toMatch(words);
  expect((explained as Error).message).not.toMatch(/secret|internal details/);
});

test("a write that is refused because the database is read-only is explained, and other errors are not changed", () => {
  expect((explainReadOnly(failed("25006"), url) as Error).message).toContain(
    'The database "desk" at localhost:5432 is read-only',
  );
  const other = failed("23505");
  expect(explainReadOnly(other, url)).toBe(other);
});

test.each([
  ["28P01", /rejects Marketdesk's user or password/],
  ["28000", /rejects Marketdesk's user or password/],
  ["3D000", /no database of that name/],
  ["53300", /no more connections/],
  ["57P03", /starting, stopping or recovering/],
  ["42501", /lacks a permission/],
  ["42P01", /lacks a table or column/],
  ["CERT_HAS_EXPIRED", /certificate is not accepted/],
  ["ECONNREFUSED", /cannot be reached/],
  ["ENOTFOUND", /cannot be reached/],
])("while the app runs, %s is explained without address, user or data", (code, words) => {
  for (const error of [failed(code), new Error("Failed query", { cause: failed(code) })]) {
    const problem = databaseProblem(error);
    expect(problem).toMatch(words);
    expect(databaseProblemMessage(problem ?? "", true)).toMatch(/^Nothing was changed: the database .+ Try again/);
  }
});

test("a missing socket is the database's state, a missing file and errors of a statement or a fetch are not", () => {
  expect(databaseProblem(Object.assign(failed("ENOENT"), { syscall: "connect" }))).toBe("it cannot be reached");
  for (const error of [
    Object.assign(failed("ENOENT"), { syscall: "open" }),
    failed("23505"),
    failed("55000"),
    null,
    new TypeError("fetch failed", { cause: failed("ECONNREFUSED") }),
  ])
    expect(databaseProblem(error)).toBeNull();
});
