import { parseArgs } from "node:util";
import { DrizzleQueryError } from "drizzle-orm";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { errorInWords, explainError } from "../../server/describe-error.ts";
import { createLog } from "../../server/log.ts";

const canary = "ada.moreau@fabrikam.example";

function databaseError(): Error {
  const error = new pg.DatabaseError(`invalid input syntax for type uuid: "${canary}"`, 100, "error");
  return Object.assign(error, {
    code: "23505",
    severity: "ERROR",
    table: "staff",
    constraint: "staff_pkey",
    detail: `Key (email)=(${canary}) already exists.`,
    where: `unnamed portal parameter $1 = '${canary}'`,
    client: { password: canary },
  });
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const multiLine = new Error(`a message of ${canary}\n    at ${canary} (file.ts:1:1)\nand more of ${canary}`);
const renamed = Object.assign(new Error("x"), { name: canary, code: canary, table: canary });
const everyKind: [name: string, error: unknown][] = [
  ["a failed query of Drizzle", new DrizzleQueryError(`select $1 -- ${canary}`, [canary], databaseError())],
  ["an error of PostgreSQL", databaseError()],
  ["a failed validation", new z.ZodError([{ code: "custom", path: [canary], message: canary, input: canary }])],
  ["JSON that cannot be read", thrownBy(() => JSON.parse(`{"email": ${canary}}`))],
  ["an address that cannot be read", thrownBy(() => new URL(`https://[${canary}]?token=${canary}`))],
  ["several errors in one", new AggregateError([databaseError(), new Error(canary)], canary)],
  ["a chain of causes", new Error(canary, { cause: new TypeError(canary, { cause: databaseError() }) })],
  ["a message of several lines", multiLine],
  ["properties that hold text", renamed],
  ["a thrown text", new Error("outer", { cause: canary })],
];

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level: "trace" }, { write: (line) => void lines.push(line) }));
  expect(lines).toHaveLength(1);
  return lines.join("");
}

describe("C7 (82): the log has no personal data of an error", () => {
  test.each(everyKind)("of %s, anywhere in the line", (_name, error) => {
    const written = [
      logged((log) => log.error({ err: error }, "it failed")),
      logged((log) => log.warn({ found: [{ reason: error }], problem: error }, "it failed")),
      logged((log) => log.error(error)),
      logged((log) => log.error(error, "it failed")),
      logged((log) => log.error("it failed: %s", error)),
      logged((log) => log.child({ part: "test" }).info({ error }, "it failed")),
      errorInWords(error),
    ];
    for (const line of written) expect(line).not.toContain(canary);
    expect(explainError(error instanceof Error && error.constructor === Error ? databaseError() : error)).not.toContain(
      canary,
    );
  });

  test("but has the kind of error and where it happened", () => {
    const line = JSON.parse(
      logged((log) =>
        log.error({ err: new DrizzleQueryError("select $1", [canary], databaseError()), id: 7 }, "it failed"),
      ),
    ) as Record<string, unknown>;
    expect(line).toMatchObject({
      msg: "it failed",
      id: 7,
      err: {
        name: "Error",
        at: [
          expect.stringContaining("log.test.ts"),
          expect.anything(),
          expect.anything(),
          expect.anything(),
          expect.anything(),
          expect.anything(),
        ],
        cause: { code: "23505", severity: "ERROR", table: "staff", constraint: "staff_pkey" },
      },
    });
  });

  test("and no text in place of an error", () => {
    expect(logged((log) => log.warn({ err: `failed for ${canary}` }, "it failed"))).not.toContain(canary);
  });
});

test.each([
  [["--bogus"], /^Unknown option '--bogus'/],
  [["--file"], /^Option '--file <value>' argument missing\.$/],
  [["extra"], /^Unexpected argument 'extra'/],
])("a wrong option of a command is a sentence: %j", (args, words) => {
  let problem: unknown;
  try {
    parseArgs({ args, options: { file: { type: "string" } } });
  } catch (error) {
    problem = error;
  }
  expect(explainError(problem)).toMatch(words);
  expect(explainError(problem)).not.toContain("    at ");
});

test("C7: our own messages are printed when a start fails", () => {
  expect(explainError(new Error("PORT must be a number."))).toBe("PORT must be a number.");
});
