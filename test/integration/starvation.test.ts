/** Nothing that others do with a subscription prevents Marketdesk from following Microsoft. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { confirmProvisioning } from "../../server/commands/product/confirm-provisioning.ts";
import { activateFromLanding } from "../../server/commands/subscriptions/activate-subscription.ts";
import { refreshSubscription } from "../../server/commands/subscriptions/refresh-subscription.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { releaseTruth, reserveTruth } from "../../server/database/writes/truth-reservation.ts";
import type { Context } from "../../server/context.ts";
import type { Actor } from "../../server/domain/actor.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
afterEach(() => app.control("faults", undefined, "DELETE"));

const contextOf = (actor: Actor): Context => ({
  db: app.db,
  marketplace: app.marketplace,
  now: () => new Date(),
  log: quiet,
  actor,
});

/** Repeats `act` every 20 ms until the returned function is called, which says how often it was done. */
function storm(act: (count: number) => Promise<unknown>): () => Promise<number> {
  let hasStopped = false;
  let count = 0;
  const running = (async () => {
    while (!hasStopped) {
      await act((count += 1));
      await sleep(20);
    }
  })();
  return async () => {
    hasStopped = true;
    await running;
    return count;
  };
}

const purchaser: Actor = { kind: "purchaser", id: "ada", name: "Ada Moreau", tenantId: "t", email: null };
const storms: [string, (id: string) => (count: number) => Promise<unknown>][] = [
  [
    "a purchaser who posts the contact form",
    (id) => (count) =>
      activateFromLanding(contextOf(purchaser), {
        language: "en",
        subscriptionId: id,
        contact: { name: `Ada ${count}`, email: "ada@example.com", company: "Fabrikam", phone: "" },
        answers: [],
        asked: { version: 0, questions: [] },
      }),
  ],
  [
    "staff who set and lift a hold",
    (id) => (count) => {
      const staff = app.as("operator").subscriptions;
      const input = { subscriptionId: id, reason: "again and again" };
      return count % 2 === 1 ? staff.suspend(input) : staff.reinstate(input);
    },
  ],
  [
    "a product that confirms",
    (id) => (count) =>
      confirmProvisioning(contextOf({ kind: "product", id: randomUUID(), name: "Product" }), {
        subscriptionId: id,
        planId: "team",
        quantity: count,
        access: "full",
        reference: null,
        evidence: null,
      }),
  ],
  [
    "a transaction that locks the row most of the time",
    (id) => () =>
      app.db.transaction(async (tx) => {
        await tx.execute(sql`select from subscriptions where id = ${id} for update`);
        await sleep(150);
      }),
  ],
];

describe("A6: with slow answers of 250 ms, Marketdesk follows Microsoft in spite of", () => {
  test.each(storms)("%s", async (_, stormOn) => {
    const id = await app.buyActive();
    await app.control("faults", { target: "GET ^/api/saas/subscriptions/", delayMs: 250 });
    const end = storm(stormOn(id));
    try {
      await sleep(200);
      await app.control(`subscriptions/${id}/renew`, {});
      await eventually(async () => (await app.record(id))?.openOperations === 0 && (await renewals(id)) === 1);
      await expect(app.as("operator").subscriptions.refresh({ subscriptionId: id })).resolves.toBeDefined();
      // Its webhook is lost: the comparison alone can find it.
      await app.control(`subscriptions/${id}/renew`, { deliver: false });
      const { runId } = await app.as("operator").reconcile.start();
      const run = await eventually(async () =>
        (await app.as("viewer").reconcile.runs()).find((one) => one.id === runId && one.finishedAt !== null),
      );
      expect(run).toMatchObject({ repaired: 1, failed: 0 });
    } finally {
      expect(await end()).toBeGreaterThan(3);
    }
  });

  async function renewals(id: string): Promise<number> {
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    return rows.filter(({ kind }) => kind === "subscription.renewed").length;
  }
});

describe("A6: input by the purchaser and staff", () => {
  test("changes the version of the product API but not the one that settling checks, and is not overwritten", async () => {
    const id = await app.buyActive();
    const versions = async () => {
      const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
      return row!;
    };
    const before = await versions();
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "our own hold" });
    const afterHold = await versions();
    expect(afterHold).toMatchObject({ version: before.version, ownVersion: before.ownVersion + 1 });
    await app.control(`subscriptions/${id}/renew`, {});
    await eventually(async () => (await versions()).version === before.version + 1);
    expect(await versions()).toMatchObject({ holdReason: "our own hold", ownVersion: before.ownVersion + 1 });
  });
});

describe("A6: a run that has lost three races", () => {
  test("reserves the subscription until it has written, and others wait", async () => {
    const id = await app.buyActive();
    const reader = randomUUID();
    expect(await reserveTruth(app.db, id, reader)).toBe(true);
    expect(await reserveTruth(app.db, id, randomUUID())).toBe(false);
    await app.control(`subscriptions/${id}/suspend`, {});
    const system = contextOf({ kind: "system", name: "Test" });
    const refreshed = refreshSubscription(system, { subscriptionId: id, firstSeenBy: "webhook" });
    await sleep(600);
    expect(await app.find(id)).toMatchObject({ status: "Subscribed" });
    await releaseTruth(app.db, id, reader);
    await refreshed;
    await eventually(async () => (await app.record(id))?.openOperations === 0);
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
  });

  test("blocks no one for long if it dies with the reservation", async () => {
    const id = await app.buyActive();
    await reserveTruth(app.db, id, randomUUID());
    await app.db.execute(sql`update subscriptions set truth_reader_until = now() where id = ${id}`);
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.status === "Suspended");
  });
});
