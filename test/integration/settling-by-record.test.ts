/** Notices are proved by Microsoft's record of the subscription; a record that lags is waited for. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
/** Of the whole sandbox, so not after tests that run in parallel. */
const removeFaults = () => app.control("faults", undefined, "DELETE");

const operation = async (id: string, action: string) =>
  (await app.find(id))?.operations.find((one) => one.action === action);
const settled = (id: string, action: string, withinMs?: number) =>
  eventually(async () => {
    const found = await operation(id, action);
    return found?.stage === "settled" && found;
  }, withinMs);

type SandboxOperation = { id: string; status: string; createdAt: string };
type Call = { method: string; path: string; status: number; at: string };
const callsTo = async (part: string) =>
  (await app.control<{ calls: Call[] }>("calls?limit=2000")).calls.filter((call) => call.path.includes(part));

/** Get Subscription shows the state of now so many times more. */
async function freezeRecord(id: string, times?: number): Promise<void> {
  const { raw } = await app.marketplace.getSubscription(id);
  await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, body: raw, ...(times && { times }) });
}

describe("A3: a notification does not need Get Operation", () => {
  afterEach(removeFaults);
  const everyOperation = "GET ^/api/saas/subscriptions/.*/operations/";

  test.each([
    ["404 with {}", { status: 404, body: {} }],
    ["404 without a body", { status: 404, body: "" }],
    ["400", { status: 400, body: { code: "EntityNotFound" } }],
    ["403", { status: 403, body: "forbidden" }],
    ["an empty body", { status: 200, body: "" }],
    ["no JSON", { status: 200, body: "<html>" }],
    ["500", { status: 500 }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "60" } }],
    ["no answer", { hangMs: 30_000 }],
  ])("Unsubscribe ends access even if Get Operation answers %s", async (_, fault) => {
    const id = await app.buyActive();
    await app.control("faults", { target: everyOperation, ...fault });
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    expect(await settled(id, "Unsubscribe", 3_000)).toMatchObject({ outcome: "succeeded", lastError: null });
    expect(await app.find(id)).toMatchObject({ status: "Unsubscribed", access: "ended" });
  });

  test("Subscribe, Suspend, Reinstate and Renew are applied too", async () => {
    await app.control("faults", { target: everyOperation, status: 404, body: {} });
    const id = await app.buyActive();
    const { termEndsOn } = (await app.find(id))!;
    await app.control(`subscriptions/${id}/renew`, {});
    await settled(id, "Renew", 3_000);
    expect((await app.find(id))?.termEndsOn).not.toBe(termEndsOn);
    await app.control(`subscriptions/${id}/suspend`, {});
    await settled(id, "Suspend", 3_000);
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
    await app.control(`subscriptions/${id}/reinstate`, {});
    expect(await settled(id, "Reinstate", 3_000)).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ status: "Subscribed" });
  });

  test("a customer's change is not answered without Microsoft's word, and the subscription decides after the window", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ answerWindowMs: 4_000 });
    await app.control("faults", { target: everyOperation, status: 404, body: {} });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await settled(id, "ChangeQuantity", 30_000);
    expect(await app.find(id)).toMatchObject({ quantity: 9 });
    expect((await callsTo(`${id}/operations/`)).filter(({ method }) => method === "PATCH")).toEqual([]);
  });
});

describe.concurrent("A4: an operation waits while the subscription has an unknown status", () => {
  test.each([
    ["Suspend", "suspend", "Suspended"],
    ["Unsubscribe", "unsubscribe", "Unsubscribed"],
  ])("%s", async (action, act, status) => {
    const id = await app.buyActive();
    const { raw } = await app.marketplace.getSubscription(id);
    await app.control("faults", {
      target: `GET ^/api/saas/subscriptions/${id}$`,
      body: { ...(raw as object), saasSubscriptionStatus: "Ending" },
      times: 4,
    });
    await app.control(`subscriptions/${id}/${act}`, {});
    await settled(id, action, 30_000);
    expect(await app.find(id)).toMatchObject({ status });
  });
});

describe.concurrent("A4: an operation waits until the subscription shows", () => {
  test.each([
    ["Suspend", "suspend", {}, { status: "Suspended" }],
    ["Unsubscribe", "unsubscribe", {}, { status: "Unsubscribed" }],
    ["ChangePlan", "change-plan", { planId: "business" }, { planId: "business" }],
    ["ChangeQuantity", "change-quantity", { quantity: 8 }, { quantity: 8 }],
  ])("%s", async (action, act, input, expected) => {
    const id = await app.buyActive();
    await freezeRecord(id, 5);
    await app.control(`subscriptions/${id}/${act}`, input);
    await settled(id, action, 30_000);
    expect(await app.find(id)).toMatchObject(expected);
  });

  test("Renew: the term has changed when it is settled", async () => {
    const id = await app.buyActive();
    const { termEndsOn } = (await app.find(id))!;
    await freezeRecord(id, 5);
    await app.control(`subscriptions/${id}/renew`, {});
    await settled(id, "Renew", 30_000);
    expect((await app.find(id))?.termEndsOn).not.toBe(termEndsOn);
  });
});

describe("A4: while the subscription lags", () => {
  afterEach(removeFaults);

  test("Subscribe: the purchase is shown as it is, and active once the subscription says so", async () => {
    const { subscriptionId: id } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      autoActivate: true,
      deliver: false,
    });
    const { raw } = await app.marketplace.getSubscription(id);
    const pending = {
      ...(raw as object),
      saasSubscriptionStatus: "PendingFulfillmentStart",
      term: { termUnit: "P1M" },
    };
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, body: pending, times: 4 });
    const [subscribe] = (
      await app.control<{ operations: { id: string; subscriptionId: string }[] }>("operations?limit=100")
    ).operations.filter(({ subscriptionId }) => subscriptionId === id);
    await app.deliver({ id: subscribe?.id, subscriptionId: id, action: "Subscribe", status: "Succeeded" });
    await eventually(async () => (await app.record(id))?.status === "PendingFulfillmentStart");
    expect(await settled(id, "Subscribe")).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ status: "Subscribed", access: "full" });
  });

  test("our own change waits", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ subscriptionLagMs: 3_000 });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await settled(id, "ChangeQuantity", 30_000);
    expect(await app.find(id)).toMatchObject({ quantity: 7 });
  });

  test("an effect that a later operation has undone is not waited for", async () => {
    const id = await app.buyActive();
    const late = await app.control<{ operationId: string }>(`subscriptions/${id}/suspend`, { deliver: false });
    const [suspended] = (
      await app.control<{ operations: { id: string; createdAt: string }[] }>("operations?limit=1000")
    ).operations.filter((one) => one.id === late.operationId);
    await sleep(20);
    await app.control(`subscriptions/${id}/reinstate`, {});
    await settled(id, "Reinstate");
    const { createdAt: timeStamp } = suspended!;
    await app.deliver({ id: late.operationId, subscriptionId: id, action: "Suspend", status: "Succeeded", timeStamp });
    expect(await settled(id, "Suspend", 3_000)).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ status: "Subscribed" });
  });

  test("a change of ours that was requested earlier but sent later has undone the effect too", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ answerWindowMs: 500 });
    await app.control("faults", { target: `PATCH ^/api/saas/subscriptions/${id}$`, status: 429 });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 6, reason: "Growth" });
    await eventually(async () => ((await operation(id, "ChangeQuantity"))?.attempts ?? 0) > 0);
    const late = await app.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
      quantity: 7,
      deliver: false,
    });
    const atMicrosoft = async () =>
      (await app.control<{ operations: SandboxOperation[] }>("operations?limit=1000")).operations.find(
        (one) => one.id === late.operationId,
      );
    await eventually(async () => (await atMicrosoft())?.status === "Succeeded", 10_000);
    await removeFaults();
    await eventually(async () => (await app.record(id))?.quantity === 6, 20_000);
    const { createdAt: timeStamp } = (await atMicrosoft())!;
    await app.deliver({ id: late.operationId, subscriptionId: id, action: "ChangeQuantity", quantity: 7, timeStamp });
    const settledLate = async () =>
      (await app.find(id))?.operations.find(({ quantity, stage }) => quantity === 7 && stage === "settled");
    expect(await eventually(settledLate, 3_000)).toMatchObject({ outcome: "succeeded", lastError: null });
    expect(await app.find(id)).toMatchObject({ quantity: 6 });
  });

  test.each([
    ["has no time", {}],
    ["has a time in the future", { timeStamp: "2099-01-01T00:00:00Z" }],
  ])("an effect that a later operation has undone is not waited for if its late webhook %s", async (_, time) => {
    const id = await app.buyActive();
    const change = async (quantity: number) => {
      const made = await app.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
        quantity,
        deliver: false,
      });
      await eventually(async () => (await app.marketplace.getSubscription(id)).quantity === quantity);
      return { id: made.operationId, subscriptionId: id, action: "ChangeQuantity", quantity };
    };
    await app.changeSettings({ answerWindowMs: 500 });
    const undone = await change(7);
    await app.deliver({ ...(await change(8)), ...time });
    await settled(id, "ChangeQuantity");
    await app.deliver({ ...undone, ...time });
    const settledLate = async () =>
      (await app.find(id))?.operations.find(({ quantity, stage }) => quantity === 7 && stage === "settled");
    expect(await eventually(settledLate, 3_000)).toMatchObject({ outcome: "succeeded", lastError: null });
    expect(await app.find(id)).toMatchObject({ quantity: 8 });

    const suspend = await app.control<{ operationId: string }>(`subscriptions/${id}/suspend`, { deliver: false });
    await sleep(20);
    await app.control(`subscriptions/${id}/reinstate`, {});
    await settled(id, "Reinstate");
    await app.deliver({ id: suspend.operationId, subscriptionId: id, action: "Suspend", status: "Succeeded", ...time });
    expect(await settled(id, "Suspend", 3_000)).toMatchObject({ outcome: "succeeded", lastError: null });
    expect(await app.find(id)).toMatchObject({ status: "Subscribed" });
  });

  test("later operations of the subscription are settled", async () => {
    const id = await app.buyActive();
    await freezeRecord(id);
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => ((await operation(id, "Suspend"))?.attempts ?? 0) > 0);
    await app.control("faults", undefined, "DELETE");
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await settled(id, "Unsubscribe", 3_000);
    // It is woken by the other: nothing is left to wait for.
    await settled(id, "Suspend", 3_000);
  });

  test("the operation waits ten minutes, then follows the subscription, and timeline and needs say so", async () => {
    const id = await app.buyActive();
    await freezeRecord(id);
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(() => app.expireEffectWait(id, "Suspend"));
    const words =
      "Microsoft's record did not show the change within 10 minutes: the status is still Subscribed. The subscription follows the record.";
    expect(await settled(id, "Suspend")).toMatchObject({
      outcome: "succeeded",
      lastError: expect.stringContaining(words) as string,
    });
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.find(({ kind }) => kind === "operation.succeeded")?.summary).toContain(words);
  });
});

describe("B8: an operation whose status never becomes final", () => {
  afterEach(removeFaults);

  test("is polled with growing pauses, even if its text changes", async () => {
    const id = await app.buyActive();
    const operations = `GET ^/api/saas/subscriptions/${id}/operations/.`;
    for (let index = 0; index < 200; index += 1) {
      const body = { id: "x", action: "ChangeQuantity", status: index % 2 ? "InProgress" : `Odd${index}` };
      await app.control("faults", { target: operations, body, times: 1 });
    }
    // Its record does not show it either.
    await freezeRecord(id);
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await eventually(async () => ((await operation(id, "ChangeQuantity"))?.attempts ?? 0) >= 3, 30_000);
    const polls = (await callsTo(`${id}/operations/`)).length;
    expect(polls).toBeLessThanOrEqual(6);
  });

  test.each([
    ["404", { status: 404, body: { code: "EntityNotFound" } }],
    ["400", { status: 400, body: { code: "EntityNotFound" } }],
  ])("ends after ten minutes if Microsoft answers %s to Get Operation and nothing has changed", async (_, fault) => {
    const id = await app.buyActive();
    const bogus = `https://marketplace.example/api/saas/subscriptions/${id}/operations/${crypto.randomUUID()}`;
    await app.control("faults", {
      target: `PATCH ^/api/saas/subscriptions/${id}$`,
      status: 202,
      headers: { "operation-location": bogus },
      times: 1,
    });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/operations/.`, ...fault });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await eventually(() => app.expireEffectWait(id, "ChangeQuantity"), 20_000);
    expect(await settled(id, "ChangeQuantity", 20_000)).toMatchObject({
      outcome: "quarantined",
      lastError: expect.stringContaining("the number of seats is still 5") as string,
    });
    // The next change does not wait for it.
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 8, reason: "Growth" });
    await eventually(async () => (await app.record(id))?.quantity === 8, 20_000);
  });

  test("B21: is polled for the first time after the Retry-After of the 202", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ webhookDelayMs: 10_000 });
    await app.control("faults", {
      target: `PATCH ^/api/saas/subscriptions/${id}$`,
      headers: { "retry-after": "2" },
      times: 1,
    });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await settled(id, "ChangeQuantity", 30_000);
    const [sent] = (await callsTo(id)).filter(({ method }) => method === "PATCH");
    const polls = (await callsTo(`${id}/operations/`)).map(({ at }) => Date.parse(at) - Date.parse(sent?.at ?? ""));
    expect(Math.min(...polls)).toBeGreaterThan(1_900);
  });
});

describe("A5: no answer is sent after Microsoft's window", () => {
  test("and a rejection that Microsoft answers with 503 is only repeated within the window", async () => {
    const id = await app.buyActive();
    const rule = { offerId: "insight", planId: null, followsWider: false, allowedPlans: null };
    const limits = { minQuantity: 1, maxQuantity: 20, asksStaff: false };
    await app.as("admin").rules.set({ ...rule, ...limits, seenVersion: 0, reason: "A limit" });
    const answers = `/api/saas/subscriptions/${id}/operations/`;
    await app.control("faults", { target: `PATCH ${answers}`, status: 503, delayMs: 800 });
    const askedAt = Date.now();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 50 });
    await settled(id, "ChangeQuantity", 30_000);
    await sleep(Math.max(0, askedAt + 14_000 - Date.now()));
    const sent = (await callsTo(answers)).filter(({ method }) => method === "PATCH");
    expect(sent.length).toBeGreaterThan(3);
    for (const { at } of sent) expect(Date.parse(at) - askedAt).toBeLessThan(10_000);
    expect(await app.find(id)).toMatchObject({ quantity: 50 });
  });
});
