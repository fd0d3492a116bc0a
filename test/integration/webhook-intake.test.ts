import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIntake, intakeConnections } from "../../server/commands/operations/receive-webhook.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool();
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Connections that are closing are ended by force when the database is dropped. */
function openPool(): pg.Pool {
  const opened = new pg.Pool({ connectionString: database.url, max: intakeConnections });
  opened.on("error", () => {});
  return opened;
}

const delivery = (body: object | string, headers: Record<string, string> = {}) => ({
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  headers,
  receivedAt: new Date(),
});
const named = (id: string, action = "Renew") => ({ id, subscriptionId: `s-${id}`, action, status: "Succeeded" });
const outcomes = async (marketplaceId: string) => {
  const { rows } = await pool.query<{ outcome: string }>(
    "select outcome from webhook_deliveries where marketplace_id = $1 order by id",
    [marketplaceId],
  );
  return rows.map((row) => row.outcome);
};

describe("the intake", () => {
  test("stores waiting deliveries together in the next statement", async () => {
    let statements = 0;
    const counting = { query: (...args: Parameters<typeof pool.query>) => ((statements += 1), pool.query(...args)) };
    const { receive } = createIntake({ pool: counting as unknown as pg.Pool, onStored: () => {} });
    const ids = Array.from({ length: 100 }, () => randomUUID());
    await Promise.all(ids.map((id) => receive(delivery(named(id)))));
    expect(statements).toBeLessThanOrEqual(4);
    for (const id of ids) expect(await outcomes(id)).toEqual(["accepted"]);
  });

  test("stores an operation that is twice in a statement once", async () => {
    const { receive } = createIntake({ pool, onStored: () => {} });
    const [first, id] = [randomUUID(), randomUUID()];
    await Promise.all([
      receive(delivery(named(first))),
      ...Array.from({ length: 5 }, () => receive(delivery(named(id)))),
    ]);
    expect((await outcomes(id)).toSorted()).toEqual(["accepted", "duplicate", "duplicate", "duplicate", "duplicate"]);
    const { rows } = await pool.query("select count(*)::int as count from operations where marketplace_id = $1", [id]);
    expect(rows[0]).toEqual({ count: 1 });
  });

  test("stores the other deliveries if PostgreSQL refuses one", async () => {
    const { receive } = createIntake({ pool, onStored: () => {} });
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const answers = await Promise.allSettled([
      ...ids.slice(0, 3).map((id) => receive(delivery(named(id)))),
      receive(delivery(named(randomUUID()), { bad: "\u0000" })),
      ...ids.slice(3).map((id) => receive(delivery(named(id)))),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([
      ...Array.from({ length: 3 }, () => "fulfilled"),
      "rejected",
      ...Array.from({ length: 3 }, () => "fulfilled"),
    ]);
    for (const id of ids) expect(await outcomes(id)).toEqual(["accepted"]);
  });

  test("does not block if two instances store the same operations in different orders", async () => {
    const second = openPool();
    try {
      const receivers = [pool, second].map((own) => createIntake({ pool: own, onStored: () => {} }).receive);
      const ids = Array.from({ length: 200 }, () => randomUUID());
      await Promise.all(
        receivers.flatMap((receive, index) =>
          (index === 0 ? ids : ids.toReversed()).map((id) => receive(delivery(named(id)))),
        ),
      );
      for (const id of ids) expect((await outcomes(id)).toSorted()).toEqual(["accepted", "duplicate"]);
    } finally {
      await second.end();
    }
  });

  test("keeps a delivery without an operation id as unrecognized", async () => {
    const { receive } = createIntake({ pool, onStored: () => {} });
    const body = `{"odd": "${randomUUID()}"}`;
    await receive(delivery(body));
    const { rows } = await pool.query("select outcome from webhook_deliveries where body = $1", [Buffer.from(body)]);
    expect(rows).toEqual([{ outcome: "unprocessable" }]);
  });

  test("is busy while more webhooks wait than can be stored singly, and for a moment after", async () => {
    let commit = () => {};
    const committed = new Promise<void>((resolve) => (commit = resolve));
    const storeAll = async ({ values: [rows = ""] }: { values: string[] }) => {
      await committed;
      return { rowCount: (JSON.parse(rows) as unknown[]).length };
    };
    const blockedPool = { query: storeAll };
    const { receive, isBusy } = createIntake({ pool: blockedPool as unknown as pg.Pool, onStored: () => {} });
    const send = () => receive(delivery(named(randomUUID())));
    const few = Array.from({ length: 7 }, send);
    expect(isBusy()).toBe(false);
    const burst = [...few, send()];
    expect(isBusy()).toBe(true);
    commit();
    await Promise.all(burst);
    expect(isBusy()).toBe(true);
    await sleep(250);
    expect(isBusy()).toBe(false);
    await send();
    expect(isBusy()).toBe(false);
  });
});
