import { setTimeout as sleep } from "node:timers/promises";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { resource, startHarness, until } from "./sandbox-harness.ts";
import type { Harness, Json } from "./sandbox-harness.ts";

const tenant = "11111111-1111-4111-8111-111111111111";
const clientId = "22222222-2222-4222-8222-222222222222";

let at: Harness;
beforeAll(async () => {
  at = await startHarness();
});
afterEach(() => at.answerWith(() => 200));
afterAll(() => at.stop());

const webhooksOf = (operationId: string) => at.received.filter(({ body }) => body.id === operationId);
const operation = (id: string) => at.control("GET", `/operations/${id}`);
const subscription = (id: string) => at.control("GET", `/subscriptions/${id}`);
const answerOperation = (id: string, operationId: string, status: string) =>
  at.api("PATCH", `/${id}/operations/${operationId}`, { body: { status } });

describe("a sandbox webhook", () => {
  test("has a v2 token of the Marketplace that the published keys verify", async () => {
    const id = await at.buy();
    const { operationId } = await at.control("POST", `/subscriptions/${id}/suspend`);
    await until(() => webhooksOf(operationId).length === 1);
    const token = webhooksOf(operationId)[0]?.headers.authorization?.replace("Bearer ", "") ?? "";
    const discovery = (await (
      await fetch(`${at.sandbox.url}/${tenant}/v2.0/.well-known/openid-configuration`)
    ).json()) as Json;
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      algorithms: ["RS256"],
      audience: clientId,
      issuer: discovery.issuer,
    });
    expect(payload).toMatchObject({ azp: resource, tid: tenant, ver: "2.0", iss: `${at.sandbox.url}/${tenant}/v2.0` });
    expect(payload).not.toHaveProperty("nbf");
    expect(payload).not.toHaveProperty("appid");
  });

  test("has the requested values on top, and the previous subscription inside", async () => {
    const id = await at.buy();
    const { operationId } = await at.control("POST", `/subscriptions/${id}/change-plan`, { planId: "business" });
    await until(() => webhooksOf(operationId).length === 1);
    expect(webhooksOf(operationId)[0]?.body).toMatchObject({
      id: operationId,
      activityId: operationId,
      action: "ChangePlan",
      status: "InProgress",
      operationRequestSource: "Azure",
      planId: "business",
      timeStamp: expect.stringMatching(/\.\d{7}Z$/),
      subscription: { id, planId: "team", saasSubscriptionStatus: "Subscribed" },
      purchaseToken: null,
    });
  });

  test("is sent again after 5xx until it is accepted", async () => {
    const id = await at.buy();
    const start = at.received.length;
    at.answerWith((_, index) => (index - start < 2 ? 503 : 200));
    const { operationId } = await at.control("POST", `/subscriptions/${id}/renew`);
    await until(async () => (await operation(operationId)).deliveries[0].outcome === "delivered");
    const [delivery] = (await operation(operationId)).deliveries;
    expect(delivery.attempts.map((attempt: Json) => attempt.status)).toEqual([503, 503, 200]);
    expect(delivery.attempts.at(-1)).toMatchObject({ answer: "heard" });
  });

  test("is not sent again after 4xx, and its change has happened anyway", async () => {
    const id = await at.buy();
    at.answerWith(() => 401);
    const { operationId } = await at.control("POST", `/subscriptions/${id}/suspend`);
    await until(async () => (await operation(operationId)).deliveries[0].outcome === "refused");
    expect(webhooksOf(operationId)).toHaveLength(1);
    expect((await subscription(id)).status).toBe("Suspended");
  });

  test("can be lost, resent by hand, and sent in copies", async () => {
    const id = await at.buy();
    const lost = await at.control("POST", `/subscriptions/${id}/renew`, { deliver: false });
    expect((await operation(lost.operationId)).deliveries[0].outcome).toBe("lost");
    expect(webhooksOf(lost.operationId)).toHaveLength(0);
    await at.control("POST", `/operations/${lost.operationId}/redeliver`);
    await until(() => webhooksOf(lost.operationId).length === 1);
    await at.changeSettings({ webhookCopies: 3 });
    const { operationId } = await at.control("POST", `/subscriptions/${id}/renew`);
    await until(() => webhooksOf(operationId).length === 3);
  });

  test("is one of at most 200 in progress, and none of many is lost", async () => {
    const ids = new Set<string>();
    for (let count = 0; count < 260; count += 1) ids.add(await at.buy({ offerId: "vault", planId: "express" }, false));
    await until(
      () => ids.size === new Set(at.received.map(({ body }) => body.subscriptionId).filter((id) => ids.has(id))).size,
    );
    let inFlight = 0;
    let maxConcurrent = 0;
    at.answerWith(async () => {
      inFlight += 1;
      maxConcurrent = Math.max(maxConcurrent, inFlight);
      await sleep(150);
      inFlight -= 1;
      return 200;
    });
    await at.control("POST", "/clock", { advanceMs: 32 * 86_400_000 });
    const renewed = () =>
      new Set(at.received.filter(({ body }) => body.action === "Renew").map(({ body }) => body.subscriptionId));
    await until(() => [...ids].every((id) => renewed().has(id)));
    expect(maxConcurrent).toBeLessThanOrEqual(200);
    expect(maxConcurrent).toBeGreaterThan(100);
    await until(() => inFlight === 0);
    await at.control("POST", "/clock", { now: Date.now() });
  });

  test("can have each action of Microsoft's", async () => {
    const id = await at.buy({ offerId: "vault", planId: "express", quantity: undefined }, false);
    expect((await subscription(id)).status).toBe("Subscribed");
    for (const act of ["renew", "suspend", "reinstate"]) await at.control("POST", `/subscriptions/${id}/${act}`);
    await until(async () => (await subscription(id)).status === "Subscribed");
    await at.control("POST", `/subscriptions/${id}/unsubscribe`);
    const actions = () =>
      at.received
        .filter(({ body }) => body.subscriptionId === id)
        .map(({ body }) => `${body.action} ${body.status} ${body.subscription.saasSubscriptionStatus}`);
    await until(() => actions().length === 5);
    expect(actions().toSorted()).toEqual([
      "Reinstate InProgress Suspended",
      "Renew Succeeded Subscribed",
      "Subscribe Succeeded Subscribed",
      "Suspend Succeeded Suspended",
      "Unsubscribe Succeeded Unsubscribed",
    ]);
  });
});

describe("a change that the customer requests", () => {
  const ask = async (): Promise<[id: string, operationId: string]> => {
    const id = await at.buy();
    const { operationId } = await at.control("POST", `/subscriptions/${id}/change-quantity`, { quantity: 12 });
    return [id, operationId];
  };

  test("is applied after Success", async () => {
    const [id, operationId] = await ask();
    expect((await answerOperation(id, operationId, "Success")).status).toBe(200);
    expect((await subscription(id)).quantity).toBe(12);
    expect((await operation(operationId)).status).toBe("Succeeded");
  });

  test("is dropped after Failure, and a second answer gets 409", async () => {
    const [id, operationId] = await ask();
    expect((await answerOperation(id, operationId, "Failure")).status).toBe(200);
    expect((await subscription(id)).quantity).toBe(5);
    expect((await at.api("GET", `/${id}/operations/${operationId}`)).json).toMatchObject({
      status: "Failed",
      errorStatusCode: "400",
    });
    expect((await answerOperation(id, operationId, "Success")).status).toBe(409);
  });

  test("stays pending after any other value, which is answered with 200", async () => {
    const [id, operationId] = await ask();
    for (const word of ["Succeeded", "Failed", "success", "blah"])
      expect((await answerOperation(id, operationId, word)).status).toBe(200);
    expect((await operation(operationId)).status).toBe("InProgress");
  });

  test("is refused by a 4xx of the webhook", async () => {
    at.answerWith(() => 400);
    const [id, operationId] = await ask();
    await until(async () => (await operation(operationId)).status === "Failed");
    expect((await subscription(id)).quantity).toBe(5);
  });

  test("is accepted if no one answers in time, and a later answer gets 409", async () => {
    await at.changeSettings({ answerWindowMs: 150 });
    const [id, operationId] = await ask();
    await until(async () => (await operation(operationId)).status === "Succeeded");
    expect((await subscription(id)).quantity).toBe(12);
    expect((await answerOperation(id, operationId, "Failure")).status).toBe(409);
  });

  test("is accepted if the clock moves past the window", async () => {
    await at.changeSettings({ answerWindowMs: 60_000 });
    const [id, operationId] = await ask();
    await at.control("POST", "/clock", { advanceMs: 60_000 });
    await until(async () => (await operation(operationId)).status === "Succeeded");
    expect((await subscription(id)).quantity).toBe(12);
  });

  test("waits for its webhook if the window starts at delivery, and fails if no webhook arrives", async () => {
    await at.changeSettings({ windowOpensOn: "delivery", answerWindowMs: 50, webhookAttempts: 8 });
    at.answerWith(() => 500);
    const [id, operationId] = await ask();
    await until(async () => (await operation(operationId)).status === "Failed");
    expect((await subscription(id)).quantity).toBe(5);
  });

  test("is followed by a webhook with the current value after a rejection, if the settings say so", async () => {
    await at.changeSettings({ revertAfterRejection: true });
    const [id, operationId] = await ask();
    await answerOperation(id, operationId, "Failure");
    const isRevert = ({ body }: { body: Json }) =>
      body.subscriptionId === id && body.quantity === 5 && body.subscription.quantity === 5;
    await until(() => at.received.some(isRevert));
  });

  test("cannot be started twice, and is superseded by a suspension", async () => {
    const [id, operationId] = await ask();
    const second = await at.control("POST", `/subscriptions/${id}/change-quantity`, { quantity: 13 });
    expect(second).toMatchObject({ status: 409, error: expect.stringContaining("pending") });
    await at.control("POST", `/subscriptions/${id}/suspend`);
    expect((await operation(operationId)).status).toBe("Conflict");
  });
});

describe("Reinstate", () => {
  test("is done after Success, and Failure does not stop it", async () => {
    for (const word of ["Success", "Failure"]) {
      const id = await at.buy();
      await at.control("POST", `/subscriptions/${id}/suspend`);
      const { operationId } = await at.control("POST", `/subscriptions/${id}/reinstate`);
      expect((await subscription(id)).status).toBe("Suspended");
      expect((await answerOperation(id, operationId, word)).status).toBe(200);
      await until(async () => (await subscription(id)).status === "Subscribed");
    }
  });
});

describe("custom tokens", () => {
  const make = async (input: unknown) => (await at.control("POST", "/webhook-token", input)).token as string;

  test("are v1, have claims replaced or removed, or have keys that are not published", async () => {
    const v1 = decodeJwt(await make({ version: 1 }));
    expect(v1).toMatchObject({ appid: resource, iss: `https://sts.windows.net/${tenant}/`, ver: "1.0" });
    expect(v1).not.toHaveProperty("azp");
    const odd = decodeJwt(await make({ claims: { aud: "other", azp: null } }));
    expect(odd.aud).toBe("other");
    expect(odd).not.toHaveProperty("azp");
    const keys = createRemoteJWKSet(new URL(`${at.sandbox.url}/${tenant}/discovery/v2.0/keys`));
    await expect(jwtVerify(await make({ key: "unknown" }), keys)).rejects.toThrow("no applicable key");
    await expect(jwtVerify(await make({ key: "forged" }), keys)).rejects.toThrow("signature verification failed");
    expect(decodeProtectedHeader(await make({ key: "none" })).alg).toBe("none");
  });

  test("have a new key after a rotation, and the previous key stays published", async () => {
    const before = decodeProtectedHeader(await make({})).kid;
    const { kid } = await at.control("POST", "/keys/rotate");
    expect(decodeProtectedHeader(await make({})).kid).toBe(kid);
    const { keys } = (await (await fetch(`${at.sandbox.url}/${tenant}/discovery/keys`)).json()) as Json;
    expect(keys.map((key: Json) => key.kid)).toEqual(expect.arrayContaining([kid, before]));
    await at.control("POST", "/keys/rotate", { forgetOld: true });
    const after = (await (await fetch(`${at.sandbox.url}/${tenant}/discovery/keys`)).json()) as Json;
    expect(after.keys).toHaveLength(1);
  });
});
