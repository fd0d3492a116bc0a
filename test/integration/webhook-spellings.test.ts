/** Ids and words in webhooks that are spelled otherwise than in Microsoft's other answers, or are missing. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const noWebhook = { deliver: false };
const operationsOf = async (id: string) => (await app.find(id))?.operations ?? [];
const settled = (id: string, action: string) =>
  eventually(async () =>
    (await operationsOf(id)).find((one) => one.action === action && one.stage === "settled" && one.source === "Azure"),
  );

describe("A3: a notification ends access", () => {
  const upper = (id: string) => id.toUpperCase();

  test.each<[string, (id: string) => object]>([
    ["with ids in uppercase", (id) => ({ id: upper(randomUUID()), subscriptionId: upper(id), action: "Unsubscribe" })],
    [
      "with ids in braces",
      (id) => ({ id: `{${randomUUID()}}`, subscriptionId: `{${upper(id)}}`, action: "Unsubscribe" }),
    ],
    ["whose action is written otherwise", (id) => ({ id: randomUUID(), subscriptionId: id, action: " unsubscribe " })],
    ["without an operation's id", (id) => ({ subscriptionId: id, operationType: "Unsubscribe" })],
    ["with a blank operation's id", (id) => ({ id: "", activityId: "", subscriptionId: id, action: "Unsubscribe" })],
    [
      "that names the subscription inside only",
      (id) => ({ id: randomUUID(), action: "Unsubscribe", subscription: { id } }),
    ],
  ])("%s", async (_, body) => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/unsubscribe`, noWebhook);
    const response = await app.deliver(body(id));
    expect(response.status).toBe(200);
    expect(await settled(id, "Unsubscribe")).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ status: "Unsubscribed", access: "ended" });
  });

  test("and one without an action is shown to staff", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, noWebhook);
    await app.deliver({ id: randomUUID(), subscriptionId: id, action: "" });
    await settled(id, "Unnamed");
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
    const { needs } = await app.as("viewer").needs.list({});
    expect(needs.find((need) => need.kind === "unknown_action" && need.subscriptionId === id)).toBeDefined();
  });
});

test("Microsoft's sample of a reinstatement with nothing but the subscription gives access back, each time", async () => {
  const id = await app.buyActive();
  // Microsoft waits for an answer that no one can give without the id.
  await app.changeSettings({ answerWindowMs: 500 });
  for (let times = 1; times <= 2; times += 1) {
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.status === "Suspended");
    await app.control(`subscriptions/${id}/reinstate`, noWebhook);
    await app.deliver({ subscriptionId: id, operationType: "Reinstate" });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    await eventually(
      async () =>
        (await operationsOf(id)).filter((one) => one.action === "Reinstate" && one.stage === "settled").length ===
        times,
    );
  }
});

test("a customer's change without an operation's id follows the subscription after the window", async () => {
  const id = await app.buyActive({ quantity: 5 });
  await app.changeSettings({ answerWindowMs: 1_000 });
  await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9, ...noWebhook });
  await app.deliver({ subscriptionId: id, action: "ChangeQuantity", quantity: 9 });
  await eventually(async () => (await app.record(id))?.quantity === 9, 30_000);
  expect(await settled(id, "ChangeQuantity")).toMatchObject({ outcome: "succeeded", acknowledgedAt: null });
});

describe("a customer's change is answered", () => {
  afterEach(() => app.control("faults", undefined, "DELETE"));

  test.each([
    [
      "with ids in uppercase",
      (body: Record<string, unknown>, id: string) => ({ ...body, subscriptionId: id.toUpperCase() }),
    ],
    ["with its action in lowercase", (body: Record<string, unknown>) => ({ ...body, action: "changeQuantity" })],
  ])("although Get Operation answers %s", async (_, change) => {
    const id = await app.buyActive({ quantity: 5 });
    const { operationId } = await app.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
      quantity: 8,
      ...noWebhook,
    });
    const said = (await app.marketplace.getOperation(id, operationId)).raw as Record<string, unknown>;
    await app.control("faults", {
      target: `GET ^/api/saas/subscriptions/${id}/operations/`,
      body: change(said, id),
      times: 1,
    });
    await app.deliver({ ...said, id: operationId, subscriptionId: id, action: "ChangeQuantity", quantity: 8 });
    expect(await settled(id, "ChangeQuantity")).toMatchObject({ outcome: "succeeded", decision: "accept" });
    expect(await app.find(id)).toMatchObject({ quantity: 8 });
  });
});
