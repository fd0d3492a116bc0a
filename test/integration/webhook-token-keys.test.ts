import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createWebhookTokenVerifier,
  type WebhookTokenVerifier,
} from "../../server/marketplace/verify-webhook-token.ts";
import { createKey, startScriptedEntra, tenantId, type ScriptedEntra } from "../support/scripted-entra.ts";
import { answer, cutConnection, type Script } from "../support/scripted-server.ts";

const minute = 60_000;
const hour = 60 * minute;

const faults: [string, (entra: ScriptedEntra) => Script][] = [
  ["answers 500", () => answer(500, "down")],
  ["answers broken JSON", () => answer(200, '{"keys":[')],
  ["answers HTML", () => answer(200, "<html>maintenance</html>")],
  ["has an empty set", () => answer(200, { keys: [] })],
  ["answers 10 MB", (entra) => answer(200, { keys: entra.publishedKeys(), filler: "x".repeat(10_000_000) })],
  ["cuts the connection", () => cutConnection],
  ["redirects", (entra) => answer(302, "", { location: `${entra.url}/${tenantId}/elsewhere/keys` })],
];

describe("the keys for webhook tokens", () => {
  let entra: ScriptedEntra;
  let verifier: WebhookTokenVerifier;
  let now: number;

  beforeEach(async () => {
    entra = await startScriptedEntra();
    now = Date.now();
    verifier = createWebhookTokenVerifier({ entra: entra.entra, now: () => new Date(now) });
  });
  afterEach(async () => {
    verifier.stop();
    await entra.stop();
  });

  const token = (key = entra.state.keys[0]!) => entra.sign(entra.claimsV2(now), {}, key);
  const verify = (text: string) => verifier.verify(`Bearer ${text}`);
  const fetches = () => entra.keyRequests().length / 2;

  test("are fetched once for 100 calls", async () => {
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verify(token())));
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true);
    expect(fetches()).toBe(1);
  });

  test("case 23: are fetched once for a new key id, and its call is accepted", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const next = createKey("next");
    entra.state.keys.push(next);
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verify(token(next))));
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true);
    expect(fetches()).toBe(2);
  });

  test("are fetched once in 5 minutes for 10,000 unknown key ids", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const claims = entra.claimsV2(now);
    const signed = entra.sign(claims).split(".");
    for (let i = 0; i < 10_000; i++) {
      const head = Buffer.from(JSON.stringify({ alg: "RS256", kid: `unknown-${i}` })).toString("base64url");
      const verdict = await verify(`${head}.${signed[1]}.${signed[2]}`);
      expect(verdict.ok).toBe(false);
    }
    expect(fetches()).toBe(2);
    now += 5 * minute;
    await verify(entra.sign(entra.claimsV2(now), { kid: "unknown" }));
    expect(fetches()).toBe(3);
  });

  test("B14: accept a new key despite a forged key id: 503 until the fetch, then accepted", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const forged = createKey("forged");
    expect(await verify(token(forged))).toMatchObject({ ok: false, status: 401, reason: "unknown-key" });
    const next = createKey("next");
    entra.state.keys.push(next);
    now += minute;
    const early = await verify(token(next));
    expect(early).toMatchObject({ ok: false, status: 503, retryAfterSeconds: 240 });
    expect(fetches()).toBe(2);
    now += 4 * minute;
    expect(await verify(token(next))).toEqual({ ok: true });
    expect(fetches()).toBe(3);
  });

  test("B14: answer a second forged id with 503 until the fetch, and with 401 after it", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    expect(await verify(token(createKey("one")))).toMatchObject({ status: 401 });
    const other = token(createKey("other"));
    expect(await verify(other)).toMatchObject({ status: 503, reason: "unknown-key-unchecked" });
    now += 5 * minute;
    expect(await verify(other)).toMatchObject({ status: 401 });
    expect(await verify(other)).toMatchObject({ status: 401 });
    expect(fetches()).toBe(3);
  });

  test("B14: are fetched again for an id that was unknown a while ago", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const next = createKey("next");
    expect(await verify(token(next))).toMatchObject({ status: 401 });
    entra.state.keys.push(next);
    now += 61_000;
    expect(await verify(token(next))).toMatchObject({ status: 503 });
    now += 4 * minute;
    expect(await verify(token(next))).toEqual({ ok: true });
  });

  test("B14: are fetched every minute for an unknown id while Entra fails", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = answer(500);
    const next = createKey("next");
    const waiting = await verify(token(next));
    expect(waiting).toMatchObject({ status: 503, reason: "keys-unavailable", retryAfterSeconds: 60 });
    entra.state.fault = null;
    entra.state.keys.push(next);
    now += minute;
    expect(await verify(token(next))).toEqual({ ok: true });
  });

  test("probe 27: no longer accept a cached token of a removed key after the next refresh", async () => {
    const old = token();
    expect(await verify(old)).toEqual({ ok: true });
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("second")];
    await verifier.refreshKeys();
    expect(await verify(old)).toMatchObject({ ok: false, status: 401, reason: "unknown-key" });
    expect(await verify(token())).toEqual({ ok: true });
  });

  test("do not accept cached tokens with another key of the same id", async () => {
    const old = token();
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("first")];
    await verifier.refreshKeys();
    expect(await verify(old)).toMatchObject({ ok: false, status: 401, reason: "signature" });
  });

  test("are refreshed after an hour, without delaying the call", async () => {
    const old = entra.sign(entra.claimsV2(now, { exp: Math.floor((now + 3 * hour) / 1_000) }));
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("second")];
    now += hour + 1;
    expect(await verify(old)).toEqual({ ok: true });
    await expect.poll(() => fetches()).toBe(2);
    await expect.poll(() => verify(old)).toMatchObject({ ok: false, reason: "unknown-key" });
  });

  test.each(faults)("stay in use if the key endpoint %s", async (_name, fault) => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = fault(entra);
    expect(await verifier.refreshKeys()).toBe(false);
    expect(await verify(token())).toEqual({ ok: true });
    now += 24 * hour;
    expect(await verify(token())).toEqual({ ok: true });
    now += 20 * hour;
    expect(await verify(token())).toEqual({ ok: true });
  });

  test.each(faults)("that are missing answer a valid token with 503 if the endpoint %s", async (_name, fault) => {
    entra.state.fault = fault(entra);
    expect(await verify(token())).toMatchObject({ ok: false, status: 503, retryAfterSeconds: 10 });
    // A malformed token is refused without keys.
    expect(await verify("x.y.z")).toMatchObject({ ok: false, status: 401 });
    entra.state.fault = null;
    now += 5_000;
    expect(await verify(token())).toEqual({ ok: true });
  });

  test("that are missing are fetched once in 5 s, with any number of calls", async () => {
    entra.state.fault = answer(500);
    for (let i = 0; i < 50; i++) expect(await verify(token())).toMatchObject({ status: 503 });
    expect(fetches()).toBeLessThanOrEqual(2);
  });

  test("answer an unknown key id with 503 while Entra cannot be reached", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = answer(500);
    expect(await verify(token(createKey("next")))).toMatchObject({ ok: false, status: 503 });
  });

  test.each<[string, (entra: ScriptedEntra) => unknown, string]>([
    ["refuses connections", ({ stop }) => stop(), "fetch failed (ECONNREFUSED)"],
    ["cuts the connection", ({ state }) => (state.fault = cutConnection), "fetch failed (UND_ERR_SOCKET)"],
    ["answers 500", ({ state }) => (state.fault = answer(500)), "Entra answered 500."],
  ])("that cannot be fetched are logged with the reason: Entra %s", async (_what, fail, reason) => {
    const reasons: unknown[] = [];
    const log = { info: () => {}, warn: (fields: { reason?: unknown }) => void reasons.push(fields.reason) };
    const logged = createWebhookTokenVerifier({ entra: entra.entra, log });
    await fail(entra);
    expect(await logged.refreshKeys()).toBe(false);
    expect(reasons).toEqual([reason, reason]);
  });

  test("are not trusted if they could not be refreshed for two days", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = answer(500);
    now += 49 * hour;
    expect(await verify(token())).toMatchObject({ ok: false, status: 503 });
  });

  test("of another issuer are not trusted; those of a matching template are", async () => {
    entra.state.keyFields = { issuer: "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0" };
    expect(await verify(token())).toMatchObject({ ok: false, status: 503 });
    now += minute;
    entra.state.keyFields = { issuer: `${entra.url}/{tenantid}/v2.0` };
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.keyFields = { issuer: entra.issuers["2.0"].replace(tenantId, "common") };
    expect(await verifier.refreshKeys()).toBe(false);
  });

  const goodKeys = JSON.stringify({ keys: [{ ...createKey().publicKey.export({ format: "jwk" }), kid: "any" }] });
  test.each([
    ["no issuer of the tenant", { issuer: "https://evil.example/v2.0" }],
    ["an issuer that is not a text", { issuer: 1 }],
    ["no address for keys", { jwks_uri: undefined }],
    ["an address for keys without https on a foreign host", { jwks_uri: "http://192.0.2.1/keys" }],
    ["a file as the address for keys", { jwks_uri: "file:///etc/hostname" }],
    ["data as the address for keys", { jwks_uri: `data:application/json,${encodeURIComponent(goodKeys)}` }],
  ])("are not used from a discovery document with %s", async (_name, fields) => {
    entra.state.documentFields = fields;
    const startedAt = performance.now();
    expect(await verifier.refreshKeys()).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(fetches()).toBe(0);
  });

  test("for encryption or another algorithm are not trusted", async () => {
    entra.state.keyFields = { use: "enc" };
    expect(await verifier.refreshKeys()).toBe(false);
    entra.state.keyFields = { alg: "RS512" };
    expect(await verifier.refreshKeys()).toBe(false);
    entra.state.keyFields = { use: undefined, alg: "RS256" };
    expect(await verifier.refreshKeys()).toBe(true);
  });

  test("are fetched at the start, and a stop ends a fetch in progress", async () => {
    verifier.start();
    await expect.poll(() => fetches()).toBe(1);
    entra.state.fault = () => undefined;
    const pending = verifier.refreshKeys();
    await expect.poll(() => fetches()).toBe(2);
    verifier.stop();
    expect(await pending).toBe(false);
  });
});
