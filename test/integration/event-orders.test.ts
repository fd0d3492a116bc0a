import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIntake, intakeConnections } from "../../server/commands/operations/receive-webhook.ts";
import { settleOperation } from "../../server/commands/operations/settle-operation.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { allOrders, deliverInOrder, inParallel } from "../faults/deliver-webhooks.ts";
import { violationsOfRecord } from "../faults/invariants.ts";
import { controlOf, type Control } from "../faults/scene.ts";
import { readFinalState } from "../faults/final-state.ts";
import { createRandom } from "../faults/seeded-random.ts";
import { quiet } from "../support/app.ts";
import { createTestDatabase, type TestDatabase, longTimeouts } from "../support/database.ts";

let database: TestDatabase;
let sandbox: Sandbox;
let control: Control;
let pools: ReturnType<typeof createDatabase>[];
const now = () => new Date();

function open(name: string, max: number, isByKey = false): ReturnType<typeof createDatabase> {
  const connection = createDatabase({ url: database.url, name, max, ...longTimeouts, isByKey, log: quiet });
  pools.push(connection);
  return connection;
}

beforeAll(async () => {
  pools = [];
  database = await createTestDatabase();
  sandbox = await startSandbox({
    port: 0,
    landingUrl: "http://localhost:1/landing",
    webhookUrl: "http://localhost:1/webhooks/marketplace",
    stateFile: null,
    sample: false,
  });
  control = controlOf(sandbox.url);
  // Microsoft waits for no answer here, so that its six events can follow each other as they please.
  await control("settings", { answerWindowMs: 15 });
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await sandbox?.stop();
  await database?.drop();
});

/** After how many webhooks their jobs run: one by one, in pairs, or all at the end. */
const jobSizes = [1, 2, 6];
const sizeOf = (index: number) => jobSizes[index % jobSizes.length]!;

/** All 720 are `npm run faults`. These are enough for any three events to occur in each order with each way of running jobs. */
const orders = createRandom(42)
  .shuffled(allOrders)
  .slice(0, allOrders.length / 10);

/** How many different orders of three events there are within these of six, next to each other or not. */
function triplesIn(ofSix: number[][]): number {
  const found = ofSix.flatMap((order) =>
    order.flatMap((first, at) =>
      order
        .slice(at + 1)
        .flatMap((second, gap) => order.slice(at + gap + 2).map((third) => `${first} ${second} ${third}`)),
    ),
  );
  return new Set(found).size;
}

describe("six events of a subscription", () => {
  test("lead to Microsoft's state in 72 of their 720 orders (F12)", async () => {
    for (const size of jobSizes) expect(triplesIn(orders.filter((_, index) => sizeOf(index) === size))).toBe(6 * 5 * 4);
    const token = createAppToken(sandbox.entra, {});
    const marketplace = createMarketplace({ baseUrl: sandbox.marketplaceApiUrl, getToken: token.get });
    // As the app settles.
    const { db, pool } = open("orders", 8, true);
    const { receive } = createIntake({ pool: open("webhook", intakeConnections).pool, onStored: () => {} });
    const ctx = { db, marketplace, now, log: quiet, actor: { kind: "system", name: "Orders" } as const };

    const settle = async (marketplaceId: string): Promise<void> => {
      const found = await pool.query<{ id: string }>("select id from operations where marketplace_id = $1", [
        marketplaceId,
      ]);
      const id = found.rows[0]?.id ?? "";
      for (let runs = 0; runs < 40; runs += 1) {
        if ((await settleOperation(ctx, id)).isDone) return;
        // As the job would, only sooner.
        await sleep(5);
      }
    };

    await inParallel(orders, 8, async (order, index) => {
      const waiting: string[] = [];
      await deliverInOrder({ control }, order, async (body) => {
        await receive({ body: Buffer.from(body), headers: {}, receivedAt: now() });
        waiting.push((JSON.parse(body) as { id: string }).id);
        // The jobs of a subscription run in the order of their creation.
        if (waiting.length >= sizeOf(index)) for (const id of waiting.splice(0)) await settle(id);
      });
      for (const id of waiting) await settle(id);
    });

    const query = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await pool.query<Row>(text, values)).rows;
    const truth = await readFinalState({ control, query, posts: [] });
    expect(violationsOfRecord(truth)).toEqual([]);
    expect(truth.subscriptions).toHaveLength(orders.length);
    expect(truth.operations).toHaveLength(6 * orders.length);
    expect(truth.subscriptions.every((row) => row.status === "Unsubscribed")).toBe(true);
  });
});
