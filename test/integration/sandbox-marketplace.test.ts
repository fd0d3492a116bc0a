import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHarness, tokenResponse, until } from "./sandbox-harness.ts";
import type { Harness, Json } from "./sandbox-harness.ts";

let at: Harness;
beforeAll(async () => {
  at = await startHarness();
});
afterAll(() => at.stop());

const operationIdOf = (headers: Headers) =>
  /operations\/([^?]+)\?api-version=2018-08-31$/.exec(headers.get("operation-location") ?? "")?.[1];

describe("the Marketplace's authorization", () => {
  test("answers 403 with plain text to a missing, malformed or foreign token", async () => {
    const good = await at.getToken();
    const foreign = await tokenResponse(at.sandbox.url, {
      client_id: "33333333-3333-4333-8333-333333333333",
      client_secret: "sandbox-landing-secret",
    });
    for (const token of [null, "x.y.z", `${good.slice(0, -8)}AAAAAAAA`, foreign.access_token]) {
      const answer = await at.api("GET", "", { token });
      expect(answer.status).toBe(403);
      expect(typeof answer.json).toBe("string");
    }
    const noScheme = await at.api("GET", "", { token: null, headers: { authorization: good } });
    expect(noScheme.status).toBe(403);
  });

  test("answers 403 to an expired token", async () => {
    await at.changeSettings({ accessTokenTtlMs: 1000 });
    const { access_token } = await tokenResponse(at.sandbox.url);
    await until(async () => (await at.api("GET", "", { token: access_token })).status === 403);
    const { calls } = await at.control("GET", "/calls?path=/api/saas");
    expect(calls.at(-1).note).toBe("The token has expired.");
  });

  test("accepts v1 and v2 tokens", async () => {
    const v1 = await tokenResponse(
      at.sandbox.url,
      { resource: "20e940b3-4c77-4b0b-9a53-9e16a1b010a7" },
      "/oauth2/token",
    );
    expect(v1.expires_in).toBe("3600");
    expect((await at.api("GET", "", { token: v1.access_token })).status).toBe(200);
  });

  test("requires its api-version", async () => {
    const missing = await at.api("GET", "", { query: "" });
    expect([missing.status, missing.json.Error.Code]).toEqual([400, "ApiVersionUnspecified"]);
    const other = await at.api("GET", "", { query: "api-version=2018-09-15" });
    expect([other.status, other.json.Error.Code]).toEqual([400, "UnsupportedApiVersion"]);
  });

  test("returns the caller's ids, or its own if there are none", async () => {
    const own = await at.api("GET", "", { headers: { "x-ms-requestid": "r-1", "x-ms-correlationid": "c-1" } });
    expect([own.headers.get("x-ms-requestid"), own.headers.get("x-ms-correlationid")]).toEqual(["r-1", "c-1"]);
    const none = await at.api("GET", "");
    expect(none.headers.get("x-ms-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("List Subscriptions", () => {
  test("has an empty body when there are none", async () => {
    const answer = await at.api("GET", "");
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  test("has 100 subscriptions per page, and a next link on all but the last", async () => {
    const other = await startHarness();
    await other.control("POST", "/sample", { count: 250 });
    const ids = new Set<string>();
    let link = `${other.sandbox.url}/api/saas/subscriptions?api-version=2018-08-31`;
    const sizes: number[] = [];
    while (link) {
      const page = (await (
        await fetch(link, { headers: { authorization: `Bearer ${await other.getToken()}` } })
      ).json()) as Json;
      sizes.push(page.subscriptions.length);
      for (const { id } of page.subscriptions) ids.add(id);
      link = page["@nextLink"];
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids.size).toBe(250);
    await other.stop();
  });
});

describe("Resolve", () => {
  test("accepts a token that was encoded once, repeatedly within its lifetime", async () => {
    const { subscriptionId, token, landingUrl } = await at.control("POST", "/purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
    });
    expect(token).toMatch(/\+/);
    expect(token).toMatch(/\//);
    expect(token).toMatch(/=$/);
    expect(new URL(landingUrl).searchParams.get("token")).toBe(token);
    for (let time = 0; time < 2; time += 1) {
      const answer = await at.api("POST", "/resolve", { headers: { "x-ms-marketplace-token": token } });
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({
        id: subscriptionId,
        planId: "team",
        quantity: 5,
        subscription: { saasSubscriptionStatus: "PendingFulfillmentStart" },
      });
    }
  });

  test("refuses a missing, invalid or expired token with 400", async () => {
    const { token } = await at.control("POST", "/purchases", { offerId: "vault", planId: "basic" });
    const resolve = (value: string | null) =>
      at.api("POST", "/resolve", { headers: value === null ? {} : { "x-ms-marketplace-token": value } });
    expect((await resolve(null)).json.code).toBe("HeaderNotPresent");
    for (const damaged of [
      token.replace("+", " "),
      encodeURIComponent(token),
      token.slice(0, -1),
      `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`,
      "nonsense",
    ]) {
      const answer = await resolve(damaged);
      expect([answer.status, answer.json.code]).toEqual([400, "InvalidValue"]);
    }
    await at.control("POST", "/clock", { advanceMs: 24 * 3_600_000 });
    const late = await resolve(token);
    expect([late.status, late.json.message]).toEqual([400, "The token has expired"]);
    await at.control("POST", "/clock", { now: Date.now() });
  });

  test("returns empty text for the seats of a flat-rate plan, and null inside", async () => {
    const { token } = await at.control("POST", "/purchases", { offerId: "vault", planId: "basic" });
    const { json } = await at.api("POST", "/resolve", { headers: { "x-ms-marketplace-token": token } });
    expect([json.quantity, json.subscription.quantity]).toEqual(["", null]);
  });
});

describe("Activate", () => {
  test("answers 200 and takes effect a little later, with any body", async () => {
    for (const body of [undefined, {}, { planId: "wrong", quantity: "3" }]) {
      const id = await at.buy({}, false);
      const answer = await at.api("POST", `/${id}/activate`, { body });
      expect([answer.status, answer.text]).toEqual([200, ""]);
      expect((await at.api("GET", `/${id}`)).json.saasSubscriptionStatus).toBe("PendingFulfillmentStart");
      await until(async () => (await at.api("GET", `/${id}`)).json.saasSubscriptionStatus === "Subscribed");
      const { json } = await at.api("GET", `/${id}`);
      expect(json.created).toMatch(/\.\d{7}Z$/);
      expect(json.term).toMatchObject({ termUnit: "P1M", startDate: expect.stringMatching(/T00:00:00Z$/) });
    }
  });

  test("answers 400 for suspended and active subscriptions, 404 for ended and unknown ones", async () => {
    const id = await at.buy();
    expect((await at.api("POST", `/${id}/activate`)).status).toBe(400);
    await at.control("POST", `/subscriptions/${id}/suspend`);
    expect((await at.api("POST", `/${id}/activate`)).status).toBe(400);
    await at.control("POST", `/subscriptions/${id}/unsubscribe`);
    expect((await at.api("POST", `/${id}/activate`)).status).toBe(404);
    expect((await at.api("POST", "/unknown/activate")).status).toBe(404);
  });

  test("leads to an Unsubscribe webhook if the activation fails at Microsoft", async () => {
    await at.changeSettings({ activationOutcome: "Unsubscribed" });
    const id = await at.buy({}, false);
    await at.api("POST", `/${id}/activate`);
    await until(() => at.received.some(({ body }) => body.subscriptionId === id && body.action === "Unsubscribe"));
    expect((await at.api("GET", `/${id}`)).json.saasSubscriptionStatus).toBe("Unsubscribed");
  });
});

describe("Change Plan and Change Quantity", () => {
  test("are accepted, in progress, then done, with a webhook of the same id", async () => {
    const id = await at.buy();
    const answer = await at.api("PATCH", `/${id}`, { body: { quantity: 9 } });
    expect(answer.status).toBe(202);
    const operationId = operationIdOf(answer.headers);
    const early = await at.api("GET", `/${id}/operations/${operationId}`);
    expect(early.json).toMatchObject({ id: operationId, status: "InProgress", action: "ChangeQuantity", quantity: 9 });
    expect(early.json.timeStamp).toMatch(/\.\d{7}$/);
    expect((await at.api("GET", `/${id}`)).json.quantity).toBe(5);
    await until(async () => (await at.api("GET", `/${id}/operations/${operationId}`)).json.status === "Succeeded");
    expect((await at.api("GET", `/${id}`)).json.quantity).toBe(9);
    await until(() => at.received.some(({ body }) => body.id === operationId));
    expect(at.received.find(({ body }) => body.id === operationId)?.body).toMatchObject({
      operationRequestSource: "Partner",
      quantity: 9,
      subscription: { quantity: 5 },
    });
  });

  test("are refused if the plan, the status or the customer does not allow them", async () => {
    const id = await at.buy();
    const flat = await at.buy({ offerId: "vault", planId: "basic", quantity: undefined });
    const pending = await at.buy({}, false);
    const resold = await at.buy({ purchaser: "reseller", beneficiary: "cleo" });
    const cases: [string, unknown, RegExp][] = [
      [id, { planId: "business", quantity: 6 }, /more than one field/],
      [id, {}, /content is null/],
      [id, "not json", /content is null/],
      [id, { quantity: "7" }, /content is null/],
      [id, { planId: "team" }, /already subscribed to plan team/],
      [id, { planId: "unheard" }, /NOT in Catalog/],
      [id, { planId: "classic" }, /NOT in Catalog/],
      [id, { quantity: 5 }, /same as on the subscription/],
      [id, { quantity: 51 }, /at most 50 seats/],
      [id, { quantity: 1_000_001 }, /maximal limit of 1000000/],
      [flat, { quantity: 2 }, /flat rate/],
      [pending, { quantity: 6 }, /not active/],
      [resold, { quantity: 6 }, /allowed customer operations/],
    ];
    for (const [subscriptionId, body, message] of cases) {
      const answer = await at.api("PATCH", `/${subscriptionId}`, { body });
      expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(message)]);
    }
    expect((await at.api("DELETE", `/${resold}`)).status).toBe(400);
    expect((await at.api("PATCH", "/unknown", { body: { quantity: 6 } })).status).toBe(404);
  });

  test("are locked while another operation is pending: 400 for a change, 409 for a cancellation", async () => {
    const id = await at.buy();
    await at.api("PATCH", `/${id}`, { body: { planId: "business" } });
    const second = await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    expect([second.status, second.json.code]).toEqual([400, "Failed"]);
    expect(second.json.message).toContain("locked due to pending operations");
    const canceled = await at.api("DELETE", `/${id}`);
    expect([canceled.status, canceled.text]).toEqual([409, ""]);
    await until(async () => (await at.api("GET", `/${id}`)).json.planId === "business");
    expect((await at.api("PATCH", `/${id}`, { body: { quantity: 6 } })).status).toBe(202);
  });

  test("list public plans, and private plans only for their audience", async () => {
    const plansOf = async (id: string) =>
      (await at.api("GET", `/${id}/listAvailablePlans`)).json.plans.map((plan: Json) => plan.planId);
    const ada = await at.buy();
    const cleo = await at.buy({ purchaser: "cleo" });
    expect(await plansOf(ada)).toContain("enterprise");
    expect(await plansOf(cleo)).not.toContain("enterprise");
    expect((await at.api("PATCH", `/${cleo}`, { body: { planId: "enterprise" } })).status).toBe(400);
    await at.control("POST", `/subscriptions/${ada}/unsubscribe`);
    expect((await at.api("GET", `/${ada}/listAvailablePlans`)).status).toBe(403);
  });

  test("appear late if the settings say so", async () => {
    await at.changeSettings({ subscriptionLagMs: 200 });
    const id = await at.buy();
    const answer = await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    await until(
      async () =>
        (await at.api("GET", `/${id}/operations/${operationIdOf(answer.headers)}`)).json.status === "Succeeded",
    );
    expect((await at.api("GET", `/${id}`)).json.quantity).toBe(5);
    await until(async () => (await at.api("GET", `/${id}`)).json.quantity === 6);
  });
});

describe("Cancel", () => {
  test("ends the subscription with a webhook of the same id, and answers 200 when repeated", async () => {
    const id = await at.buy();
    const answer = await at.api("DELETE", `/${id}`);
    expect(answer.status).toBe(202);
    const operationId = operationIdOf(answer.headers);
    await until(() => at.received.some(({ body }) => body.id === operationId));
    expect(at.received.find(({ body }) => body.id === operationId)?.body).toMatchObject({
      action: "Unsubscribe",
      status: "Succeeded",
      operationRequestSource: "Partner",
      subscription: { saasSubscriptionStatus: "Unsubscribed" },
    });
    expect((await at.api("DELETE", `/${id}`)).status).toBe(200);
  });
});

describe("operations", () => {
  test("answer 400 instead of the documented 404, and an empty list for an unknown subscription", async () => {
    const id = await at.buy();
    for (const path of [`/${id}/operations/unknown`, "/unknown/operations/unknown"]) {
      expect((await at.api("GET", path)).status).toBe(400);
      expect((await at.api("PATCH", path, { body: { status: "Success" } })).status).toBe(400);
    }
    expect((await at.api("GET", "/unknown/operations")).json).toEqual({ operations: [] });
  });

  test("appear late in the list of outstanding operations", async () => {
    await at.changeSettings({ listLagMs: 200, operationDelayMs: 2000 });
    const id = await at.buy();
    await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    expect((await at.api("GET", `/${id}/operations`)).json.operations).toEqual([]);
    await until(async () => (await at.api("GET", `/${id}/operations`)).json.operations.length === 1);
  });

  test("of the publisher cannot be acknowledged: 500 with plain text", async () => {
    const id = await at.buy();
    const { headers } = await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    const answer = await at.api("PATCH", `/${id}/operations/${operationIdOf(headers)}`, {
      body: { status: "Success" },
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([500, expect.stringContaining("text/plain")]);
  });
});
