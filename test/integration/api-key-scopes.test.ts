/** What an API key may do, and until when. */
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { activity } from "../../server/database/schema/activity.ts";
import { apiKeys } from "../../server/database/schema/api-keys.ts";
import { type ApiScope, apiScopes, earlierApiScopes, type StoredApiScope } from "../../shared/api-scopes.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let subscriptionId: string;
beforeAll(async () => {
  app = await startTestApp();
  subscriptionId = await app.buyActive();
});
afterAll(() => app?.stop());
// There may be only so many keys at a time.
afterEach(() => app.db.delete(apiKeys));

const dayMs = 24 * 3_600_000;
let made = 0;
const make = (input: object = {}) => app.as("admin").keys.make({ name: `Key ${(made += 1)}`, ...input });
const row = async (id: string) => (await app.db.select().from(apiKeys).where(eq(apiKeys.id, id)))[0]!;

async function call(key: string, path: string, method = "GET") {
  const body = method === "PUT" ? JSON.stringify({ planId: "team", quantity: 5, access: "full" }) : undefined;
  const response = await fetch(`${app.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body }),
  });
  return { status: response.status, body: (await response.json()) as { type?: string; detail?: string } };
}

const calls: [ApiScope, string, string][] = [
  ["read", "GET", "/subscriptions"],
  ["read", "GET", "/subscriptions/ID"],
  ["read", "GET", "/changes"],
  ["read", "GET", "/entitlements?tenant=11111111-2222-3333-4444-555555555555"],
  ["read", "GET", "/entitlements/token?tenant=11111111-2222-3333-4444-555555555555&audience=test"],
  ["confirm", "PUT", "/subscriptions/ID/confirmation"],
];

/** What each of the earlier scopes permitted. */
const earlierCalls: [StoredApiScope, string, string][] = [
  ["subscriptions:read", "GET", "/subscriptions"],
  ["subscriptions:read", "GET", "/subscriptions/ID"],
  ["changes:read", "GET", "/changes"],
  ["provisioning:confirm", "PUT", "/subscriptions/ID/confirmation"],
];

describe("C14: scopes of API keys", () => {
  test.each(calls)("%s is the scope that %s %s needs", async (scope, method, path) => {
    const address = path.replace("ID", subscriptionId);
    const { key: without } = await make({ scopes: apiScopes.filter((other) => other !== scope) });
    const refused = await call(without, address, method);
    expect(refused).toMatchObject({ status: 403, body: { type: "urn:marketdesk:forbidden" } });
    expect(refused.body.detail).toContain(`\`${scope}\``);
    const { key: alone } = await make({ scopes: [scope] });
    expect((await call(alone, address, method)).status).toBe(200);
  });

  test("all calls in the API document name a scope that keys can have", async () => {
    const document = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security: { apiKey: ApiScope[] }[]; responses: object }>>;
    };
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { security, responses } of described) {
      expect(apiScopes).toContain(security[0]?.apiKey[0]);
      expect(responses).toHaveProperty("403");
    }
  });

  test.each(earlierCalls)("a key with the earlier scope %s still calls %s %s, and nothing else", async (scope) => {
    const { id, key } = await make();
    await app.db
      .update(apiKeys)
      .set({ scopes: [scope] })
      .where(eq(apiKeys.id, id));
    for (const [, method, path] of calls) {
      const isPermitted = earlierCalls.some(
        ([earlier, itsMethod, itsPath]) => earlier === scope && itsMethod === method && itsPath === path,
      );
      const { status } = await call(key, path.replace("ID", subscriptionId), method);
      expect({ method, path, status }).toEqual({ method, path, status: isPermitted ? 200 : 403 });
    }
  });

  test("a key gets only reading and confirming without a choice", async () => {
    expect((await row((await make()).id)).scopes).toEqual(["read", "confirm"]);
  });

  test("a key from before scopes existed may do what existed then, and its row says so", async () => {
    const { id, key } = await make({ scopes: ["read"] });
    await app.db.update(apiKeys).set({ scopes: null, expiresAt: null }).where(eq(apiKeys.id, id));
    for (const [, method, path] of earlierCalls) {
      expect((await call(key, path.replace("ID", subscriptionId), method)).status).toBe(200);
    }
    expect((await call(key, "/entitlements?tenant=11111111-2222-3333-4444-555555555555")).status).toBe(403);
    expect((await app.as("admin").keys.list()).find((one) => one.id === id)).toMatchObject({
      scopes: null,
      expiresAt: null,
    });
  });

  test("an unknown scope is refused, and so is no scope", async () => {
    for (const scopes of [["everything"], [...earlierApiScopes], []]) {
      await expect(make({ scopes: scopes as ApiScope[] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
  });
});

describe("C14: expiry of API keys", () => {
  test("is 180 days by default, and never only with a reason on record", async () => {
    const defaultKey = await row((await make()).id);
    expect(Math.round((defaultKey.expiresAt!.getTime() - defaultKey.createdAt.getTime()) / dayMs)).toBe(180);
    const short = await row((await make({ expiresInDays: 90 })).id);
    expect(Math.round((short.expiresAt!.getTime() - short.createdAt.getTime()) / dayMs)).toBe(90);
    await expect(make({ expiresInDays: null })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(make({ expiresInDays: 7 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const { id } = await make({ expiresInDays: null, reason: "The device cannot be reached" });
    expect(await row(id)).toMatchObject({ expiresAt: null, noExpiryReason: "The device cannot be reached" });
    const entries = await app.db.select().from(activity).where(eq(activity.kind, "api_key.made"));
    expect(entries.find(({ reason }) => reason === "The device cannot be reached")?.after).toMatchObject({
      expiresAt: "never",
    });
  });

  test("an expired key is refused with a message, and no longer counts as the product's key", async () => {
    const { id, key } = await make();
    expect((await call(key, "/changes")).status).toBe(200);
    await app.db
      .update(apiKeys)
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where(eq(apiKeys.id, id));
    const refused = await call(key, "/changes");
    expect(refused.status).toBe(401);
    expect(refused.body.detail).toContain("has expired");
    expect((await app.as("admin").keys.list()).find((one) => one.id === id)).toMatchObject({ isExpired: true });
  });

  test("a key that expires soon needs attention until it is revoked", async () => {
    const { id } = await make({ name: "Billing" } as object);
    const shown = async () =>
      (await app.as("viewer").needs.list({})).needs.find((need) => need.kind === "api_key_expiry" && need.id === id);
    expect(await shown()).toBeUndefined();
    const deadline = new Date(Date.now() + 10 * dayMs);
    await app.db.update(apiKeys).set({ expiresAt: deadline }).where(eq(apiKeys.id, id));
    expect(await shown()).toMatchObject({
      what: "The API key “Billing” expires",
      rule: expect.stringContaining("Create a new key"),
      deadline: deadline.toISOString(),
      place: "/settings/api-keys",
    });
    await app.as("admin").keys.revoke({ id, reason: "replaced" });
    expect(await shown()).toBeUndefined();
  });
});
