import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { MarketplaceError } from "../../server/marketplace/errors.ts";
import type { Marketplace } from "../../server/marketplace/types.ts";
import { createWebhookTokenVerifier } from "../../server/marketplace/verify-webhook-token.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";

const addresses = { landingUrl: "http://localhost:1/landing", webhookUrl: "http://localhost:1/webhooks/marketplace" };
const fast = { operationDelayMs: 50, webhookDelayMs: 0, activationDelayMs: 50, listLagMs: 0, answerWindowMs: 60_000 };

describe("the Marketplace client and the sandbox", () => {
  let sandbox: Sandbox;
  let marketplace: Marketplace;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, ...addresses, stateFile: null, sample: false });
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    await control("POST", "reset", { sample: false });
    await control("POST", "settings", fast);
    await control("DELETE", "faults");
    await control("DELETE", "calls");
    const token = createAppToken(sandbox.entra);
    marketplace = createMarketplace({
      baseUrl: sandbox.marketplaceApiUrl,
      getToken: () => token.get(),
      forgetToken: () => token.forget(),
    });
  });

  async function control<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${sandbox.url}/control/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }
  const buy = (input: object = {}) =>
    control<{ subscriptionId: string; token: string }>("POST", "purchases", {
      offerId: "insight",
      planId: "business",
      quantity: 5,
      purchaser: "ada",
      ...input,
    });
  const statusOf = async (id: string) => (await marketplace.getSubscription(id)).status;
  const until = (read: () => Promise<unknown>) => expect.poll(read, { timeout: 30_000 });

  async function buyAndActivate(): Promise<string> {
    const { subscriptionId } = await buy();
    await marketplace.activate(subscriptionId, "business", 5);
    await until(() => statusOf(subscriptionId)).toBe("Subscribed");
    return subscriptionId;
  }

  async function failure(promise: Promise<unknown>): Promise<MarketplaceError> {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MarketplaceError);
    return error as MarketplaceError;
  }

  test("a purchase is resolved, activated and read", async () => {
    const { subscriptionId, token } = await buy({ name: "Fabrikam Insight" });
    expect(await marketplace.resolve(token)).toMatchObject({
      subscriptionId,
      offerId: "insight",
      planId: "business",
      name: "Fabrikam Insight",
      quantity: 5,
      subscription: { id: subscriptionId, status: "PendingFulfillmentStart", publisherId: "contoso" },
    });
    await marketplace.activate(subscriptionId, "business", 5);
    await until(() => statusOf(subscriptionId)).toBe("Subscribed");
    const subscription = await marketplace.getSubscription(subscriptionId);
    expect(subscription).toMatchObject({ quantity: 5, rawStatus: "Subscribed", isFreeTrial: false });
    expect(subscription.allowedCustomerOperations).toEqual(expect.arrayContaining(["Read", "Update", "Delete"]));
    expect(subscription.term.startsOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(subscription.createdAt).toBeInstanceOf(Date);
    expect(subscription.beneficiary.email).toContain("@");
  });

  test("an invalid and an expired purchase token are refused with 400", async () => {
    const { token } = await buy();
    expect(await failure(marketplace.resolve(token.slice(0, -3)))).toMatchObject({ status: 400, isTransient: false });
    await control("POST", "clock", { advanceMs: 25 * 3_600_000 });
    expect(await failure(marketplace.resolve(token))).toMatchObject({ status: 400 });
    await control("POST", "clock", { advanceMs: -25 * 3_600_000 });
  });

  test("a change returns its operation, which succeeds, and locks the subscription until then", async () => {
    const id = await buyAndActivate();
    await control("POST", "settings", { operationDelayMs: 500 });
    const { operationId } = await marketplace.changeQuantity(id, 7);
    expect(operationId).not.toBeNull();
    expect(await marketplace.getOperation(id, operationId!)).toMatchObject({
      id: operationId,
      subscriptionId: id,
      action: "ChangeQuantity",
      quantity: 7,
    });
    expect(await failure(marketplace.changePlan(id, "team"))).toMatchObject({ isLocked: true, isTransient: false });
    await until(async () => (await marketplace.getOperation(id, operationId!)).status).toBe("Succeeded");
    await until(async () => (await marketplace.getSubscription(id)).quantity).toBe(7);
  });

  test("plans are listed with limits and prices, and a change to one of them is applied", async () => {
    const id = await buyAndActivate();
    const plans = await marketplace.listAvailablePlans(id);
    const team = plans.find(({ planId }) => planId === "team");
    expect(team).toMatchObject({
      displayName: "Team",
      isPricePerSeat: true,
      minQuantity: 1,
      maxQuantity: 50,
      prices: [
        {
          termUnit: "P1M",
          words: "$12.00 per seat per month",
          money: { amount: "12", currency: "USD", isPerSeat: true },
        },
      ],
    });
    await marketplace.changePlan(id, "team");
    await until(async () => (await marketplace.getSubscription(id)).planId).toBe("team");
  });

  test.each(["Success", "Failure"] as const)("a customer's change is acknowledged with %s", async (outcome) => {
    const id = await buyAndActivate();
    const { operationId } = await control<{ operationId: string }>("POST", `subscriptions/${id}/change-quantity`, {
      quantity: 9,
    });
    expect(await marketplace.listOperations(id)).toMatchObject([
      { id: operationId, action: "ChangeQuantity", status: "InProgress", quantity: 9 },
    ]);
    await marketplace.acknowledge(id, operationId, outcome);
    const isDone = async () => (await marketplace.getOperation(id, operationId)).status;
    await until(isDone).toBe(outcome === "Success" ? "Succeeded" : "Failed");
    expect((await marketplace.getSubscription(id)).quantity).toBe(outcome === "Success" ? 9 : 5);
  });

  test("an unknown operation is not found", async () => {
    const id = await buyAndActivate();
    const error = await failure(marketplace.getOperation(id, "99999999-0000-4000-8000-000000000000"));
    expect(error).toMatchObject({ isNotFound: true, isTransient: false });
  });

  test("a subscription is canceled once; the second cancellation finds it ended", async () => {
    const id = await buyAndActivate();
    expect((await marketplace.cancel(id)).operationId).not.toBeNull();
    await until(() => statusOf(id)).toBe("Unsubscribed");
    expect(await marketplace.cancel(id)).toEqual({ operationId: null, retryAfterMs: null });
  });

  test("case 49: three pages are read once each", async () => {
    await control("POST", "sample", { count: 250 });
    const seen = new Set<string>();
    let continuation: string | null = null;
    let pages = 0;
    do {
      const page = await marketplace.listSubscriptions(continuation);
      for (const { id } of page.subscriptions) seen.add(id);
      expect(page.unreadable).toBe(0);
      continuation = page.next;
      pages++;
    } while (continuation !== null);
    expect(seen.size).toBe(250);
    expect(pages).toBe(3);
  });

  test("case 49: a publisher without subscriptions has an empty list", async () => {
    expect(await marketplace.listSubscriptions(null)).toEqual({ subscriptions: [], next: null, unreadable: 0 });
  });

  test("a cut connection during a change means that it may have happened; the caller decides about a retry", async () => {
    const id = await buyAndActivate();
    await control("POST", "faults", { target: `PATCH /api/saas/subscriptions/${id}`, times: 1, cut: "after" });
    expect(await failure(marketplace.changeQuantity(id, 8))).toMatchObject({
      mayHaveHappened: true,
      isTransient: true,
    });
    await until(async () => (await marketplace.getSubscription(id)).quantity).toBe(8);
  });

  test("Activate is not sent again if its response was lost", async () => {
    const { subscriptionId } = await buy();
    await control("POST", "settings", { activationDelayMs: 0 });
    await control("POST", "faults", { target: "POST ^/api/saas/subscriptions/.*/activate$", times: 1, cut: "after" });
    await marketplace.activate(subscriptionId, "business", 5);
    const { calls } = await control<{ calls: { method: string; path: string }[] }>(
      "GET",
      "calls?path=/activate&method=POST",
    );
    expect(calls).toHaveLength(1);
  });

  test("case 17: 100 calls without a token make one request to Entra; case 19: no token is in the record of calls", async () => {
    const { subscriptionId } = await buy();
    await Promise.all(Array.from({ length: 100 }, () => marketplace.getSubscription(subscriptionId)));
    const { calls } = await control<{ calls: { path: string }[] }>("GET", "calls?path=/oauth2/v2.0/token");
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(calls)).not.toMatch(/eyJ[\w-]+\./);
  });

  test("a token that has expired at Microsoft is replaced", async () => {
    const { subscriptionId } = await buy();
    await control("POST", "faults", { target: "GET /api/saas/subscriptions", times: 1, status: 403, body: "" });
    expect(await marketplace.getSubscription(subscriptionId)).toMatchObject({ id: subscriptionId });
  });

  describe("webhook tokens", () => {
    const tokenOf = async (tokenOptions: object = {}) =>
      (await control<{ token: string }>("POST", "webhook-token", tokenOptions)).token;

    test("case 22: are accepted in versions 1 and 2", async () => {
      const verifier = createWebhookTokenVerifier({ entra: sandbox.entra });
      for (const version of [1, 2])
        expect(await verifier.verify(`Bearer ${await tokenOf({ version })}`)).toEqual({ ok: true });
    });

    test("case 21: are refused if forged, unsigned, foreign or expired", async () => {
      const verifier = createWebhookTokenVerifier({ entra: sandbox.entra });
      const tokenVariants = [
        { key: "unknown" },
        { key: "forged" },
        { key: "none" },
        { claims: { aud: "another-app" } },
        { claims: { tid: "99999999-0000-4000-8000-000000000000" } },
        { claims: { azp: "another-app" } },
        { claims: { azp: null } },
        { claims: { exp: 1_000 } },
      ];
      for (const tokenOptions of tokenVariants) {
        expect(await verifier.verify(`Bearer ${await tokenOf(tokenOptions)}`)).toMatchObject({
          ok: false,
          status: 401,
        });
      }
    });

    test("case 23: are accepted immediately from a rotated key, and refused from a removed one", async () => {
      const verifier = createWebhookTokenVerifier({ entra: sandbox.entra });
      const old = await tokenOf();
      expect(await verifier.verify(`Bearer ${old}`)).toEqual({ ok: true });
      await control("POST", "keys/rotate", { forgetOld: true });
      expect(await verifier.verify(`Bearer ${await tokenOf()}`)).toEqual({ ok: true });
      expect(await verifier.verify(`Bearer ${old}`)).toMatchObject({ ok: false, status: 401 });
    });
  });
});
