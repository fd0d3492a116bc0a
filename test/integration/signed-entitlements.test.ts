/** Entitlements that the product checks without a call, while keys come and go. */
import { eq, sql } from "drizzle-orm";
import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { rotateDueSigningKey, rotateSigningKey } from "../../server/commands/signing-keys/rotate-signing-key.ts";
import { createTokenSigner, entitlementToken } from "../../server/commands/signing-keys/sign-token.ts";
import { publishedKeys } from "../../server/database/queries/signing-keys.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { signingKeys } from "../../server/database/schema/signing-keys.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { quiet, startTestApp, type TestApp, testSecret } from "../support/app.ts";

let app: TestApp;
let key: string;
let adminKey: string;
let subscriptionId: string;
let tenant: string;
let user: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ key } = await app.as("admin").keys.make({ name: "Product", scopes: ["read"] }));
  ({ key: adminKey } = await app.as("admin").keys.make({ name: "Operations", scopes: ["admin"] }));
  subscriptionId = await app.buyActive();
  const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
  tenant = row?.beneficiaryTenantId ?? "";
  user = row?.beneficiaryObjectId ?? "";
});
afterAll(() => app?.stop());
beforeEach(() => app.db.delete(signingKeys));

const audience = "https://app.contoso.example";
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const call = (path: string, init: RequestInit & { key?: string } = {}) =>
  fetch(`${app.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${init.key ?? key}`, "content-type": "application/json" },
  });

async function tokenFor(query: Record<string, string>) {
  const response = await call(`/entitlements/token?${new URLSearchParams({ audience, ...query }).toString()}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return (await response.json()) as { token: string; expiresAt: string };
}

const remoteKeys = () => createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`));

/** Keys as if the next one had been published long ago. */
const age = (ms: number) =>
  app.db.execute(sql`update signing_keys set created_at = created_at - make_interval(secs => ${ms / 1_000}),
    signs_from = signs_from - make_interval(secs => ${ms / 1_000}), signs_until = signs_until - make_interval(secs => ${ms / 1_000})`);

describe("a signed entitlement", () => {
  test("is verified by jose with the published keys, and says who may use what until when", async () => {
    const { token, expiresAt } = await tokenFor({ tenant, user });
    const { payload, protectedHeader } = await jwtVerify(token, remoteKeys(), {
      issuer: app.url,
      audience,
      typ: "entitlements+jwt",
    });
    expect(protectedHeader).toMatchObject({ alg: "ES256", kid: expect.any(String) });
    expect(payload).toMatchObject({
      sub: `${tenant}:${user}`,
      tid: tenant,
      oid: user,
      access: "full",
      hasMore: false,
      entitlements: [{ subscriptionId, offerId: "insight", planId: "team", quantity: 5, access: "full" }],
      jti: expect.any(String),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60);
    expect(Date.parse(expiresAt)).toBe((payload.exp ?? 0) * 1_000);
    await expect(jwtVerify(token, remoteKeys(), { audience: "https://other.example" })).rejects.toThrow("aud");
  });

  test("names tenant and user as Entra's own tokens do, in any case of the call's letters", async () => {
    const upper = { tenant: tenant.toUpperCase(), user: user.toUpperCase() };
    const { payload } = await jwtVerify((await tokenFor(upper)).token, remoteKeys(), { audience });
    expect(payload).toMatchObject({ sub: `${tenant}:${user}`, tid: tenant, oid: user, access: "full" });
    const [one, other] = await Promise.all(
      [upper, { tenant, user }].map((query) => call(`/entitlements?${new URLSearchParams(query).toString()}`)),
    );
    expect(await one?.json()).toMatchObject({ tenant, user, entitlements: [{ isBeneficiary: true }] });
    expect(one?.headers.get("etag")).toBe(other?.headers.get("etag"));
  });

  test("names a stranger's access as none", async () => {
    const { token } = await tokenFor({ tenant: "11111111-2222-3333-4444-555555555555" });
    const { payload } = await jwtVerify(token, remoteKeys(), { audience });
    expect(payload).toMatchObject({ access: "none", entitlements: [], sub: "11111111-2222-3333-4444-555555555555" });
    expect(payload).not.toHaveProperty("oid");
  });

  test("needs an audience", async () => {
    const response = await call(`/entitlements/token?tenant=${tenant}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("audience") });
  });
});

describe("the published keys", () => {
  test("have no private part, may be cached for five minutes, and include the next key", async () => {
    const response = await fetch(`${app.url}/.well-known/jwks.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    const { keys } = (await response.json()) as JSONWebKeySet;
    expect(keys).toHaveLength(2);
    for (const published of keys) {
      expect(Object.keys(published).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
    const stored = await app.db.select().from(signingKeys);
    for (const { privateJwk } of stored) expect(privateJwk).toMatch(/^[\w-]+(\.[\w-]*){4}$/);
    const again = await fetch(`${app.url}/.well-known/jwks.json`, {
      headers: { "if-none-match": response.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  test("are made once, however many ask for them first", async () => {
    await Promise.all(Array.from({ length: 8 }, () => fetch(`${app.url}/.well-known/jwks.json`)));
    expect(await app.db.select().from(signingKeys)).toHaveLength(2);
  });
});

describe("a replacement", () => {
  const rotateByApi = () =>
    call("/signing-keys/rotate", { method: "POST", key: adminKey, body: JSON.stringify({ reason: "Quarterly" }) });

  test("leaves every valid token verifiable, also by those who fetched the keys before it", async () => {
    const before = await tokenFor({ tenant });
    const early = createLocalJWKSet((await (await fetch(`${app.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet);
    await age(11 * minuteMs);
    await app.as("admin").signingKeys.rotate({ reason: "An employee left" });
    const after = await tokenFor({ tenant });
    expect(decodeProtectedHeader(after.token).kid).not.toBe(decodeProtectedHeader(before.token).kid);
    for (const { token } of [before, after]) {
      await jwtVerify(token, early, { audience });
      await jwtVerify(token, remoteKeys(), { audience });
    }
    const [entry] = await app.db.select().from(activity).where(eq(activity.reason, "An employee left"));
    expect(entry).toMatchObject({ kind: "signing_key.rotated", actorName: "Test admin" });
    expect((await app.as("admin").signingKeys.list()).map(({ state }) => state)).toEqual(["next", "signs", "earlier"]);
  });

  test("is refused while products may not know the next key, and then carried out by a key with the scope admin", async () => {
    await tokenFor({ tenant });
    const early = await rotateByApi();
    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({
      type: "urn:marketdesk:not-allowed-now",
      detail: "The next key is too new: products may not know it yet. Try again in 10 min.",
    });
    await age(10 * minuteMs);
    expect((await rotateByApi()).status).toBe(204);
    expect((await rotateByApi()).status).toBe(409);
    expect((await call("/signing-keys/rotate", { method: "POST", body: "{}" })).status).toBe(403);
  });

  test("takes place automatically after 30 days, and an earlier key is removed when its last token has expired", async () => {
    const secret = testSecret;
    let at = Date.now();
    const now = () => new Date(at);
    const signing = { db: app.db, secret, now };
    const sign = createTokenSigner({ ...signing, issuer: app.url, log: quiet });
    const tokens: { token: string; expiresAt: Date }[] = [];
    const checkAll = async () => {
      const keys = createLocalJWKSet({ keys: await publishedKeys(app.db, now()) });
      for (const { token, expiresAt } of tokens) {
        if (expiresAt > now()) await jwtVerify(token, keys, { audience, currentDate: now() });
      }
    };
    const used = new Set<string | undefined>();
    for (let minutes = 0; minutes < 65 * 24 * 60; minutes += 7) {
      // Most days are like the others.
      if (minutes % (24 * 60) > 14 && minutes % (30 * 24 * 60) > 90) continue;
      at = Date.now() + minutes * minuteMs;
      await rotateDueSigningKey(signing);
      const made = await sign(entitlementToken, { subject: "t" }, audience);
      used.add(decodeProtectedHeader(made.token).kid);
      tokens.push(made);
      await checkAll();
    }
    expect(used.size).toBe(3);
    at += dayMs;
    await rotateDueSigningKey(signing);
    expect(await app.db.select().from(signingKeys)).toHaveLength(2);
  });

  test("never leaves two keys that sign, however many replace it", async () => {
    await tokenFor({ tenant });
    await age(20 * minuteMs);
    const actor = { kind: "staff", id: "tenant:admin", name: "Test admin", role: "admin" } as const;
    const secret = testSecret;
    const race = await Promise.allSettled(
      Array.from({ length: 6 }, () =>
        rotateSigningKey({ db: app.db, secret, now: () => new Date(), actor }, { reason: "Race" }),
      ),
    );
    expect(race.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const rows = await app.db.select().from(signingKeys);
    expect(rows.filter(({ signsFrom, signsUntil }) => signsFrom !== null && signsUntil === null)).toHaveLength(1);
  });
});

describe("a handoff", () => {
  test("is used once, by any number of the product's instances", async () => {
    const path = `/handoffs/${crypto.randomUUID()}/use`;
    const calls = await Promise.all([1, 2, 3].map(() => call(path, { method: "POST" })));
    expect(calls.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([204, 409, 409]);
    expect((await call("/handoffs/x/use", { method: "POST" })).status).toBe(400);
    expect((await call(path, { method: "POST", key: adminKey })).status).toBe(403);
  });
});
