import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => app.control("faults", undefined, "DELETE"));
afterAll(() => app?.stop());

async function buyActive(): Promise<string> {
  const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    autoActivate: true,
  });
  await isSettled(subscriptionId, "Subscribe");
  return subscriptionId;
}

function isSettled(subscriptionId: string, action: string, withinMs = 15_000) {
  const ask = async () => {
    const found = await app
      .as("viewer")
      .subscriptions.get({ id: subscriptionId })
      .catch(() => null);
    return found?.operations.some((operation) => operation.action === action && operation.stage === "settled");
  };
  return eventually(ask, withinMs);
}

async function lockedBy(subscriptionId: string): Promise<string | null> {
  const { rows } = await app.db.execute<{ locked_by: string | null }>(
    sql`select locked_by from graphile_worker.jobs where queue_name = ${subscriptionId}`,
  );
  return rows[0]?.locked_by ?? null;
}

async function readsOfOperations(subscriptionId: string): Promise<number> {
  const { calls } = await app.control<{ calls: { method: string; path: string }[] }>("calls?area=marketplace");
  return calls.filter(({ method, path }) => method === "GET" && path.includes(`${subscriptionId}/operations/`)).length;
}

/** Microsoft answers the next read of the subscription's operation so late. */
async function slowRead(subscriptionId: string, delayMs: number): Promise<void> {
  const target = `GET /api/saas/subscriptions/${subscriptionId}/operations/`;
  await app.control("faults", { target, delayMs, times: 1 });
}

describe("the lease of a job", () => {
  test("holds for as long as its worker lives, however long the job takes", async () => {
    const id = await buyActive();
    const before = await readsOfOperations(id);
    await slowRead(id, 6_500);
    await app.control(`subscriptions/${id}/renew`, {});
    await isSettled(id, "Renew");
    expect((await readsOfOperations(id)) - before).toBe(1);
  });

  test("holds when the connection that proves it is lost for a moment", async () => {
    const id = await buyActive();
    const before = await readsOfOperations(id);
    await slowRead(id, 5_000);
    await app.control(`subscriptions/${id}/renew`, {});
    await eventually(() => lockedBy(id));
    await app.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'marketdesk liveness'`,
    );
    await isSettled(id, "Renew");
    expect((await readsOfOperations(id)) - before).toBe(1);
  });

  test("leaves the operation its job when it was taken away in the middle of a run", async () => {
    const id = await buyActive();
    await app.control("settings", { operationDelayMs: 2_500 });
    // The run of a change that Microsoft is still busy with asks for its own next run.
    const target = `GET /api/saas/subscriptions/${id}/operations/`;
    await app.control("faults", { target, delayMs: 900, times: 1 });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    const holder = await eventually(() => lockedBy(id));
    await app.db.execute(sql`select graphile_worker.force_unlock_workers(array[${holder}])`);
    await isSettled(id, "ChangeQuantity", 20_000);
    await app.control("settings", { operationDelayMs: 30 });
  });

  test("is lifted from a queue of which no job is under way", async () => {
    const id = await buyActive();
    await slowRead(id, 1_000);
    await app.control(`subscriptions/${id}/renew`, {});
    await eventually(() => lockedBy(id));
    await app.db.execute(sql`delete from graphile_worker._private_jobs where locked_at is not null`);
    await app.control(`subscriptions/${id}/suspend`, {});
    await isSettled(id, "Suspend", 20_000);
  });
});
