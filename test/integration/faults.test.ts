import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { matrix } from "../faults/matrix.ts";
import { openPostgres, type Postgres } from "../faults/controlled-postgres.ts";
import { runFault } from "../faults/run-fault.ts";
import { reasonsOf } from "../faults/result-table.ts";

/**
 * The short form of `npm run faults`: real processes, a PostgreSQL of their own, and the checker of I1 to I11 after each.
 * F12 is in `event-orders.test.ts`.
 */
const inShort: [id: string, what: string, seconds: number][] = [
  ["F11", "100 duplicates on two instances have one effect", 1],
  ["F02", "an instance that dies at any named point leaves nothing half done", 1],
  ["F03", "a database that restarts loses nothing", 1],
  ["F07", "an outage of the Marketplace is made up for", 2],
  ["F25", "a random mix of troubles breaks no invariant", 5],
];
const seed = 20_180_831;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await openPostgres();
});
afterAll(() => postgres?.close());

describe("two instances of the app", () => {
  test.each(inShort)("%s: %s", { timeout: 300_000 }, async (id, _what, seconds) => {
    const fault = matrix.find((candidate) => candidate.id === id);
    if (!fault) throw new Error(`there is no ${id}`);
    const result = await runFault(postgres, fault, { seed, seconds, repeats: 1 });
    // What a busy machine was too slow for is measured by the full matrix.
    expect(reasonsOf({ ...result, outcome: { ...result.outcome, short: [] } })).toEqual([]);
  });
});
