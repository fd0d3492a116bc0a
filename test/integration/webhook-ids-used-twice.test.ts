/** Webhooks with an operation's id and another action or subscription: no duplicates, but notices of their own that must be proved. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

type Found = { action: string; subscription_id: string; marketplace_id: string | null; outcome: string | null };

const operationsWith = async (id: string) =>
  (
    await app.db.execute<Found>(
      sql`select action, subscription_id, marketplace_id, outcome from operations where ${id} in (marketplace_id, reused_id) order by id`,
    )
  ).rows;
const settledWith = (id: string, count: number) =>
  eventually(async () => {
    const found = await operationsWith(id);
    return found.length === count && found.every(({ outcome }) => outcome !== null) && found;
  });
const outcomesOf = async (id: string) =>
  (
    await app.db.execute<{ outcome: string; operation_id: string | null }>(
      sql`select outcome, operation_id from webhook_deliveries where marketplace_id = ${id} order by id`,
    )
  ).rows;
const needsOf = async (subscriptionId: string) =>
  (await app.as("viewer").needs.list({})).needs.filter((need) => need.subscriptionId === subscriptionId);

/** An operation of Microsoft's that has ended, with its webhook. */
async function renewed(): Promise<{ subscriptionId: string; id: string }> {
  const subscriptionId = await app.buyActive();
  await app.control(`subscriptions/${subscriptionId}/renew`, {});
  const id = await eventually(async () => {
    const { rows } = await app.db.execute<{ id: string }>(
      sql`select marketplace_id as id from operations where subscription_id = ${subscriptionId} and action = 'Renew' and stage = 'settled'`,
    );
    return rows[0]?.id;
  });
  return { subscriptionId, id };
}

/** Changes Microsoft's record without a webhook. Returns the operation's id, if there is one. */
async function changeSilently(subscriptionId: string, act: string, values: object = {}): Promise<string> {
  await app.control("settings", { webhookDelayMs: 600_000 });
  const changed = app.control<{ operationId: string }>(`subscriptions/${subscriptionId}/${act}`, values);
  const { operationId } = await changed.finally(() => app.control("settings", { webhookDelayMs: 0 }));
  return operationId;
}

describe("an operation id that Microsoft uses twice", () => {
  test.each([
    ["Unsubscribe", "unsubscribe", "Unsubscribed"],
    ["Suspend", "suspend", "Suspended"],
  ])("%s with the id of a renewal is applied once the record shows it, and listed", async (action, act, status) => {
    const { subscriptionId, id } = await renewed();
    await changeSilently(subscriptionId, act);
    for (let times = 0; times < 3; times += 1) await app.deliver({ id, subscriptionId, action, status: "Succeeded" });
    const found = await settledWith(id, 2);
    expect(found.map((one) => one.outcome)).toEqual(["succeeded", "succeeded"]);
    expect((await app.find(subscriptionId))?.status).toBe(status);
    const [need] = (await needsOf(subscriptionId)).filter(({ kind }) => kind === "reused_id");
    expect(need?.what).toContain("with the ID of another operation");
    const [, first, ...others] = await outcomesOf(id);
    expect(first?.outcome).toBe("accepted");
    expect(others).toEqual([
      { outcome: "duplicate", operation_id: first?.operation_id },
      { outcome: "duplicate", operation_id: first?.operation_id },
    ]);
  });

  test.each([
    ["Suspend", {}],
    ["Unsubscribe", {}],
    ["ChangePlan", { planId: "business" }],
    ["ChangeQuantity", { quantity: 50 }],
  ])("%s with the id of a renewal is quarantined, because Microsoft contradicts it", async (action, values) => {
    const { subscriptionId, id } = await renewed();
    await app.deliver({ id, subscriptionId, action, status: "InProgress", ...values });
    const [, second] = await settledWith(id, 2);
    expect(second).toMatchObject({ action, outcome: "quarantined", marketplace_id: null });
    expect(await app.find(subscriptionId)).toMatchObject({ status: "Subscribed", quantity: 5, planId: "team" });
    expect((await needsOf(subscriptionId)).map(({ kind }) => kind)).toContain("quarantined");
  });

  test("a change that Microsoft confirms is answered, although its id came with another action first", async () => {
    const subscriptionId = await app.buyActive();
    const id = await changeSilently(subscriptionId, "change-quantity", { quantity: 9 });
    await app.deliver({ id, subscriptionId, action: "Renew", status: "Succeeded" });
    await app.deliver({ id, subscriptionId, action: "ChangeQuantity", quantity: 9, status: "InProgress" });
    await eventually(async () => (await app.record(subscriptionId))?.quantity === 9);
  });

  test("a Reinstate with the id of a change is not answered, because that would accept the change", async () => {
    const subscriptionId = await app.buyActive();
    const id = await changeSilently(subscriptionId, "change-quantity", { quantity: 40 });
    await app.deliver({ id, subscriptionId, action: "Reinstate", status: "InProgress" });
    await settledWith(id, 1);
    expect((await app.marketplace.getOperation(subscriptionId, id)).status).toBe("InProgress");
    expect((await app.find(subscriptionId))?.quantity).toBe(5);
  });

  test("the id of another subscription's operation", async () => {
    const { subscriptionId, id } = await renewed();
    const other = await app.buyActive();
    await changeSilently(other, "suspend");
    await app.deliver({ id, subscriptionId: other, action: "Renew", status: "Succeeded" });
    await eventually(async () => (await app.record(other))?.status === "Suspended");
    expect((await app.find(subscriptionId))?.status).toBe("Subscribed");
  });

  test("without an action it is a duplicate", async () => {
    const { subscriptionId, id } = await renewed();
    await app.deliver({ id, subscriptionId });
    expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["accepted", "duplicate"]);
    expect(await operationsWith(id)).toHaveLength(1);
  });

  test("two actions with one new id at the same time are both kept", async () => {
    const subscriptionId = await app.buyActive();
    for (let round = 0; round < 10; round += 1) {
      const id = randomUUID();
      const bodies = ["Suspend", "Renew", "Suspend", "Unsubscribe"].map((action) => ({ id, subscriptionId, action }));
      await Promise.all(bodies.map((body) => app.deliver(body)));
      expect((await operationsWith(id)).map(({ action }) => action).toSorted()).toEqual([
        "Renew",
        "Suspend",
        "Unsubscribe",
      ]);
      const stored = await outcomesOf(id);
      expect(stored).toHaveLength(4);
      expect(stored.every(({ operation_id: operation }) => operation !== null)).toBe(true);
    }
  });
});
