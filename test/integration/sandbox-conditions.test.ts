import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { loadState } from "../../sandbox/state.ts";
import { startHarness, until } from "./sandbox-harness.ts";
import type { Harness, Json } from "./sandbox-harness.ts";

const day = 86_400_000;

describe("faults of the sandbox", () => {
  let at: Harness;
  beforeAll(async () => {
    at = await startHarness();
  });
  afterAll(() => at.stop());

  test("return a status as often as requested, with headers, and without the effect", async () => {
    const id = await at.buy();
    await at.control("POST", "/faults", {
      target: "PATCH ^/api/saas/subscriptions/[^/]+$",
      times: 1,
      status: 429,
      headers: { "retry-after": "2" },
    });
    const first = await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    expect([first.status, first.headers.get("retry-after")]).toEqual([429, "2"]);
    expect((await at.control("GET", `/operations?subscriptionId=${id}`)).total).toBe(0);
    expect((await at.api("PATCH", `/${id}`, { body: { quantity: 6 } })).status).toBe(202);
  });

  test("return a status or cut the connection after the effect", async () => {
    const id = await at.buy();
    await at.control("POST", "/faults", {
      target: "PATCH /api/saas",
      times: 1,
      status: 500,
      effect: true,
      body: "broken",
    });
    const answer = await at.api("PATCH", `/${id}`, { body: { quantity: 6 } });
    expect([answer.status, answer.text]).toEqual([500, "broken"]);
    await until(async () => (await at.control("GET", `/subscriptions/${id}`)).quantity === 6);
    await at.control("POST", "/faults", { target: "PATCH /api/saas", times: 1, cut: "after" });
    await expect(at.api("PATCH", `/${id}`, { body: { quantity: 7 } })).rejects.toThrow("fetch failed");
    await until(async () => (await at.control("GET", `/subscriptions/${id}`)).quantity === 7);
    const { calls } = await at.control("GET", "/calls?method=PATCH");
    expect(calls.at(-1)).toMatchObject({
      status: null,
      requestBody: { quantity: 7 },
      note: expect.stringContaining("after processing"),
    });
  });

  test("cut before the effect, answer late, or never answer", async () => {
    const id = await at.buy();
    await at.control("POST", "/faults", { target: "PATCH /api", times: 1, cut: "before" });
    await expect(at.api("PATCH", `/${id}`, { body: { quantity: 6 } })).rejects.toThrow("fetch failed");
    expect((await at.control("GET", `/operations?subscriptionId=${id}`)).total).toBe(0);
    await at.control("POST", "/faults", { target: "GET /api", times: 1, delayMs: 120 });
    const startedAt = Date.now();
    expect((await at.api("GET", `/${id}`)).status).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(115);
    await at.control("POST", "/faults", { target: "PATCH /api", times: 1, hangMs: 120 });
    await expect(at.api("PATCH", `/${id}`, { body: { quantity: 8 } })).rejects.toThrow("fetch failed");
    await until(async () => (await at.control("GET", `/subscriptions/${id}`)).quantity === 8);
  });

  test("affect Entra too, last until they are removed, and explain an unknown target", async () => {
    await at.control("POST", "/faults", { target: "GET ^/[^/]+/discovery/", status: 503 });
    const keys = () => fetch(`${at.sandbox.url}/common/discovery/v2.0/keys`);
    expect([(await keys()).status, (await keys()).status]).toEqual([503, 503]);
    await at.control("DELETE", "/faults");
    expect((await keys()).status).toBe(200);
    expect(await at.control("POST", "/faults", { target: "somewhere" })).toMatchObject({
      status: 400,
      error: expect.stringContaining("METHOD and path"),
    });
  });
});

describe("control", () => {
  let at: Harness;
  beforeAll(async () => {
    at = await startHarness();
  });
  afterAll(() => at.stop());

  test("answers invalid input with a message", async () => {
    expect(await at.control("POST", "/purchases", { offerId: "insight", planId: "team", quantity: 51 })).toEqual({
      status: 400,
      error: "Plan team allows at most 50 seats.",
    });
    expect(await at.control("POST", "/purchases", { offerId: "vault", planId: "sovereign" })).toMatchObject({
      error: expect.stringContaining("private"),
    });
    expect(await at.control("POST", "/settings", { answerWindow: 1 })).toMatchObject({ status: 400 });
    expect(await at.control("POST", "/subscriptions/none/suspend")).toEqual({
      status: 404,
      error: "Subscription none does not exist.",
    });
    expect(await at.control("GET", "/nothing")).toMatchObject({ status: 404 });
  });

  test("refuses requests of other web pages", async () => {
    const act = (origin: string) => fetch(`${at.sandbox.url}/control/reset`, { method: "POST", headers: { origin } });
    expect((await act("https://evil.example")).status).toBe(403);
    expect((await act(at.sandbox.url)).status).toBe(200);
  });

  test("clears everything on a reset", async () => {
    await at.buy();
    expect(await at.control("POST", "/reset")).toEqual({ subscriptions: 0 });
    expect((await at.control("GET", "/calls")).total).toBe(0);
    expect(await at.control("POST", "/reset", { sample: true })).toEqual({ subscriptions: 40 });
  });
});

describe("the sandbox's clock", () => {
  test("renews, lapses and ends what is due", async () => {
    const at = await startHarness();
    const renewing = await at.buy();
    const waiting = await at.buy({}, false);
    const unpaid = await at.buy();
    await at.control("POST", `/subscriptions/${unpaid}/suspend`);
    await at.control("POST", "/clock", { advanceMs: 32 * day });
    const hasReceived = (id: string, action: string) =>
      at.received.some(({ body }) => body.subscriptionId === id && body.action === action);
    await until(
      () => hasReceived(renewing, "Renew") && hasReceived(waiting, "Unsubscribe") && hasReceived(unpaid, "Unsubscribe"),
    );
    expect(new Date((await at.control("GET", `/subscriptions/${renewing}`)).termEnd).getTime()).toBeGreaterThan(
      Date.now() + 32 * day,
    );
    expect((await at.control("GET", `/subscriptions/${waiting}`)).status).toBe("Unsubscribed");
    await at.stop();
  });
});

describe("the sandbox's state", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("survives a restart: purchases, tokens, keys, pending answers and waiting webhooks", async () => {
    const stateFile = join(folder, "restart.json");
    const at = await startHarness({ stateFile, settings: { answerWindowMs: 600, webhookDelayMs: 5 } });
    at.answerWith(() => 503);
    const id = await at.buy();
    const { token } = await at.control("POST", `/subscriptions/${id}/token`);
    const { operationId } = await at.control("POST", `/subscriptions/${id}/change-quantity`, { quantity: 9 });
    await until(() => at.received.length > 0);
    await at.restart();
    at.answerWith(() => 200);
    const resolved = await at.api("POST", "/resolve", { headers: { "x-ms-marketplace-token": token } });
    expect(resolved.json.id).toBe(id);
    await until(async () => (await at.control("GET", `/operations/${operationId}`)).status === "Succeeded");
    await until(
      async () => (await at.control("GET", `/operations/${operationId}`)).deliveries[0].outcome === "delivered",
    );
    expect((await at.control("GET", `/subscriptions/${id}`)).quantity).toBe(9);
    await at.stop();
  });

  test("is on disk soon after a change, readable only by its owner", async () => {
    const stateFile = join(folder, "deep", "state.json");
    const at = await startHarness({ stateFile });
    const id = await at.buy({}, false);
    await until(async () => (await readFile(stateFile, "utf8").catch(() => "")).includes(id));
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
    await at.stop();
  });

  test("keeps faults and the simulated product of a file that an earlier build has written", async () => {
    const stateFile = join(folder, "earlier.json");
    const before = await startHarness({ stateFile });
    await before.control("POST", "/faults", { target: "GET /api", times: 3, status: 500 });
    await before.stop();
    const { faults, ...state } = JSON.parse(await readFile(stateFile, "utf8")) as { faults: Json[] };
    const [{ remaining: _, applied: __, ...fault }] = faults as [Json];
    const product = { key: "key", next: null, deafTo: ["Fabrikam"] };
    await writeFile(stateFile, JSON.stringify({ ...state, product, faults: [{ ...fault, left: 2, struck: 1 }] }));
    const after = await startHarness({ stateFile });
    expect((await after.control("GET", "/faults")).faults).toMatchObject([{ remaining: 2, applied: 1 }]);
    await after.stop();
    expect(await loadState(stateFile)).toMatchObject({ product: { key: "key", ignoredSubscriptions: ["Fabrikam"] } });
  });

  test("says that a port is taken", async () => {
    const at = await startHarness();
    const port = Number(new URL(at.sandbox.url).port);
    const options = { port, landingUrl: `${at.origin}/landing`, webhookUrl: at.origin, stateFile: null, sample: false };
    await expect(startSandbox(options)).rejects.toThrow(`Port ${port} is in use. Set SANDBOX_PORT to a free port.`);
    await at.stop();
  });
});

describe("the sample", () => {
  test("has forty subscriptions in all statuses, with consistent dates and a history, the same each time", async () => {
    const [one, two] = [await startHarness({ sample: true }), await startHarness({ sample: true })];
    const { subscriptions } = await one.control("GET", "/subscriptions");
    expect(subscriptions).toHaveLength(40);
    expect(new Set(subscriptions.map((item: Json) => item.status))).toEqual(
      new Set(["PendingFulfillmentStart", "Subscribed", "Suspended", "Unsubscribed"]),
    );
    for (const item of subscriptions) {
      expect(Date.parse(item.createdAt)).toBeLessThan(Date.now());
      if (item.status === "Subscribed") expect(Date.parse(item.termEnd) + day).toBeGreaterThan(Date.now());
    }
    expect((await one.control("GET", "/operations")).total).toBeGreaterThan(80);
    const others = (await two.control("GET", "/subscriptions")).subscriptions;
    expect(others.map((item: Json) => [item.id, item.name, item.quantity])).toEqual(
      subscriptions.map((item: Json) => [item.id, item.name, item.quantity]),
    );
    expect(one.received).toHaveLength(0);
    await Promise.all([one.stop(), two.stop()]);
  });
});
