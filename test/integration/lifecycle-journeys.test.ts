import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

type Bought = { subscriptionId: string };

async function settled(subscriptionId: string, action: string) {
  return eventually(async () =>
    (await app.find(subscriptionId))?.operations.find(
      (operation) => operation.action === action && operation.stage === "settled",
    ),
  );
}

async function kinds(subscriptionId: string): Promise<string[]> {
  const { rows } = await app.as("viewer").subscriptions.timeline({ id: subscriptionId });
  return rows.map((row) => row.kind).reverse();
}

describe("an event from Microsoft", () => {
  test("case 37: Subscribe for an unknown subscription creates the subscription", async () => {
    const id = await app.buyActive();
    const subscription = await app.find(id);
    expect(subscription).toMatchObject({ quantity: 5, planId: "team", access: "full", firstSeenBy: "webhook" });
    expect(await kinds(id)).toEqual(["subscription.first_seen", "operation.succeeded"]);
  });

  test("case 26: a change of seats is acknowledged and applied", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 8 });
    const operation = await settled(id, "ChangeQuantity");
    expect(operation).toMatchObject({ outcome: "succeeded", decision: "accept", source: "Azure", status: "Succeeded" });
    expect(operation.acknowledgedAt).not.toBeNull();
    expect(await app.find(id)).toMatchObject({ quantity: 8 });
    const { calls } = await app.control<{ calls: { method: string; path: string }[] }>("calls?limit=1000");
    const acknowledged = calls.filter((call) => call.method === "PATCH" && call.path.includes(`${id}/operations/`));
    expect(acknowledged).toHaveLength(1);
  });

  test("cases 31, 32, 33 and 34: suspend, reinstate, renew and unsubscribe are followed", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, {});
    await settled(id, "Suspend");
    expect(await app.find(id)).toMatchObject({ status: "Suspended", access: "suspended" });
    await app.control(`subscriptions/${id}/reinstate`, {});
    await settled(id, "Reinstate");
    const reinstated = await app.find(id);
    expect(reinstated).toMatchObject({ status: "Subscribed", access: "full" });
    await app.control(`subscriptions/${id}/renew`, {});
    await settled(id, "Renew");
    const renewed = await app.find(id);
    expect(Date.parse(renewed?.termEndsOn ?? "")).toBeGreaterThan(Date.parse(reinstated?.termEndsOn ?? ""));
    expect(Date.parse(renewed?.termStartsOn ?? "")).toBeGreaterThan(Date.parse(reinstated?.termStartsOn ?? ""));
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await settled(id, "Unsubscribe");
    expect(await app.find(id)).toMatchObject({ status: "Unsubscribed", access: "ended" });
    expect(await kinds(id)).toEqual([
      "subscription.first_seen",
      "operation.succeeded",
      "subscription.suspended",
      "operation.succeeded",
      "subscription.reinstated",
      "operation.succeeded",
      "subscription.renewed",
      "operation.succeeded",
      "subscription.unsubscribed",
      "operation.succeeded",
    ]);
  });

  test("case 30: twenty deliveries of one operation are all stored and have one effect", async () => {
    const id = await app.buyActive();
    const { operationId } = await app.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
      quantity: 9,
      deliver: false,
    });
    const body = {
      id: operationId,
      subscriptionId: id,
      action: "ChangeQuantity",
      quantity: 9,
      planId: "team",
      status: "InProgress",
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.deliver(body)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 200));
    await settled(id, "ChangeQuantity");
    const deliveries = await eventually(async () => {
      const { rows } = await app.as("viewer").deliveries.list({ subscription: id, action: "ChangeQuantity" });
      return rows.length === 20 && rows;
    });
    expect(deliveries.filter((delivery) => delivery.outcome === "accepted")).toHaveLength(1);
    expect((await kinds(id)).filter((kind) => kind === "subscription.quantity_changed")).toHaveLength(1);
  });
});

describe("staff", () => {
  test("case 43: change the plan at Microsoft, and it is applied after it has succeeded", async () => {
    const id = await app.buyActive();
    const { operationId } = await app.as("operator").subscriptions.changePlan({
      subscriptionId: id,
      planId: "business",
      reason: "The customer asked on the phone",
    });
    const operation = await settled(id, "ChangePlan");
    expect(operation).toMatchObject({
      id: operationId,
      outcome: "succeeded",
      source: "Partner",
      actor: { name: "Test operator" },
    });
    expect(await app.find(id)).toMatchObject({ planId: "business" });
    const { rows } = await app.as("viewer").operations.list({ subscription: id, action: "ChangePlan" });
    expect(rows).toHaveLength(1);
  });

  test("cannot set seats outside the plan's limits, and read the field and the limits", async () => {
    const id = await app.buyActive();
    await expect(
      app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 5_000, reason: "too many" }),
    ).rejects.toThrow(/at most 50 seats/);
  });

  test("suspend and reinstate access with the publisher's own hold", async () => {
    const id = await app.buyActive();
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Abuse is being looked into" });
    expect(await app.find(id)).toMatchObject({ status: "Subscribed", access: "suspended", isOnHold: true });
    await app.as("operator").subscriptions.reinstate({ subscriptionId: id, reason: "It was a mistake" });
    expect(await app.find(id)).toMatchObject({ access: "full", hold: null });
  });

  test("case 48: cancel a subscription, which ends after Microsoft has ended it", async () => {
    const id = await app.buyActive();
    const subscription = await app.find(id);
    await app.as("admin").subscriptions.cancel({
      subscriptionId: id,
      reason: "Closing down",
      confirmation: subscription?.name ?? "",
    });
    await settled(id, "Unsubscribe");
    expect(await app.find(id)).toMatchObject({ status: "Unsubscribed" });
  });

  test("activate a subscription, which is followed until Microsoft is done", async () => {
    const { subscriptionId } = await app.control<Bought>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 2,
      purchaser: "cleo",
    });
    await app.as("operator").reconcile.start();
    await eventually(() => app.find(subscriptionId));
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Agreed by contract" });
    await settled(subscriptionId, "Activate");
    expect(await app.find(subscriptionId)).toMatchObject({ status: "Subscribed", access: "full" });
  });
});

describe("reconciliation", () => {
  test("finds and repairs a change whose webhook never arrived", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    await app.as("operator").reconcile.start();
    await eventually(async () => (await app.record(id))?.status === "Suspended");
    expect(await kinds(id)).toContain("subscription.suspended");
    const runs = await eventually(async () => {
      const listed = await app.as("viewer").reconcile.runs();
      return listed.every((run) => run.finishedAt !== null) && listed;
    });
    expect(runs[0]?.repaired).toBeGreaterThanOrEqual(1);
  });
});

describe("a restart in the middle of a change", () => {
  test("does not lose the change: it settles after the next start", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ operationDelayMs: 1_500 });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await app.restart();
    await settled(id, "ChangeQuantity");
    expect(await app.find(id)).toMatchObject({ quantity: 7 });
  });
});
