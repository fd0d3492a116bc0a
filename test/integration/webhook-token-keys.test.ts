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

describe("the keys of the webhook token check", () => {
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

  test("100 calls with no keys at hand cause one fetch", async () => {
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verify(token())));
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true);
    expect(fetches()).toBe(1);
  });

  test("case 23: a new key id is fetched once and its call passes", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const next = createKey("next");
    entra.state.keys.push(next);
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verify(token(next))));
    expect(verdicts.every((verdict) => verdict.ok)).toBe(true);
    expect(fetches()).toBe(2);
  });

  test("10,000 unknown key ids cause one fetch in 5 minutes", async () => {
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

  test("B14: a forged key id shuts no new key out: it is 503 until it could be looked for, and then accepted", async () => {
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

  test("B14: a second forged id is 503 as well until it was looked for, and 401 after that", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    expect(await verify(token(createKey("one")))).toMatchObject({ status: 401 });
    const other = token(createKey("other"));
    expect(await verify(other)).toMatchObject({ status: 503, reason: "unknown-key-unchecked" });
    now += 5 * minute;
    expect(await verify(other)).toMatchObject({ status: 401 });
    expect(await verify(other)).toMatchObject({ status: 401 });
    expect(fetches()).toBe(3);
  });

  test("B14: what was looked for a while ago is not known to be absent any more", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    const next = createKey("next");
    expect(await verify(token(next))).toMatchObject({ status: 401 });
    entra.state.keys.push(next);
    now += 61_000;
    expect(await verify(token(next))).toMatchObject({ status: 503 });
    now += 4 * minute;
    expect(await verify(token(next))).toEqual({ ok: true });
  });

  test("B14: while Entra fails an unknown id is looked for every minute", async () => {
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

  test("probe 27: a token of a key that was removed is refused after the next refresh, though it was known", async () => {
    const old = token();
    expect(await verify(old)).toEqual({ ok: true });
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("second")];
    await verifier.refreshKeys();
    expect(await verify(old)).toMatchObject({ ok: false, status: 401, reason: "unknown-key" });
    expect(await verify(token())).toEqual({ ok: true });
  });

  test("a key of the same id with other material does not vouch for tokens of the former", async () => {
    const old = token();
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("first")];
    await verifier.refreshKeys();
    expect(await verify(old)).toMatchObject({ ok: false, status: 401, reason: "signature" });
  });

  test("keys older than an hour are fetched anew while the call goes on", async () => {
    const old = entra.sign(entra.claimsV2(now, { exp: Math.floor((now + 3 * hour) / 1_000) }));
    expect(await verify(old)).toEqual({ ok: true });
    entra.state.keys = [createKey("second")];
    now += hour + 1;
    expect(await verify(old)).toEqual({ ok: true });
    await expect.poll(() => fetches()).toBe(2);
    await expect.poll(() => verify(old)).toMatchObject({ ok: false, reason: "unknown-key" });
  });

  test.each(faults)("keeps the last good keys when the key endpoint %s", async (_name, fault) => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = fault(entra);
    expect(await verifier.refreshKeys()).toBe(false);
    expect(await verify(token())).toEqual({ ok: true });
    now += 24 * hour;
    expect(await verify(token())).toEqual({ ok: true });
    now += 20 * hour;
    expect(await verify(token())).toEqual({ ok: true });
  });

  test.each(faults)("answers 503 to a good token when there are no keys and the endpoint %s", async (_name, fault) => {
    entra.state.fault = fault(entra);
    expect(await verify(token())).toMatchObject({ ok: false, status: 503, retryAfterSeconds: 10 });
    // A token that is bad by itself needs no keys.
    expect(await verify("x.y.z")).toMatchObject({ ok: false, status: 401 });
    entra.state.fault = null;
    now += 5_000;
    expect(await verify(token())).toEqual({ ok: true });
  });

  test("without keys a down endpoint is asked once in 5 s, however many calls come", async () => {
    entra.state.fault = answer(500);
    for (let i = 0; i < 50; i++) expect(await verify(token())).toMatchObject({ status: 503 });
    expect(fetches()).toBeLessThanOrEqual(2);
  });

  test("answers 503 to an unknown key id while Entra cannot be asked about it", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = answer(500);
    expect(await verify(token(createKey("next")))).toMatchObject({ ok: false, status: 503 });
  });

  test("does not trust keys that it could not renew for two days", async () => {
    expect(await verify(token())).toEqual({ ok: true });
    entra.state.fault = answer(500);
    now += 49 * hour;
    expect(await verify(token())).toMatchObject({ ok: false, status: 503 });
  });

  test("a key of another issuer is not trusted, a template that fits is", async () => {
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
    ["an issuer that is no text", { issuer: 1 }],
    ["no address of keys", { jwks_uri: undefined }],
    ["an address of keys without https on a foreign host", { jwks_uri: "http://192.0.2.1/keys" }],
    ["a file as address of keys", { jwks_uri: "file:///etc/hostname" }],
    ["data as address of keys", { jwks_uri: `data:application/json,${encodeURIComponent(goodKeys)}` }],
  ])("a discovery document with %s is not used", async (_name, fields) => {
    entra.state.documentFields = fields;
    const startedAt = performance.now();
    expect(await verifier.refreshKeys()).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(fetches()).toBe(0);
  });

  test("a key for encryption or another algorithm is not trusted", async () => {
    entra.state.keyFields = { use: "enc" };
    expect(await verifier.refreshKeys()).toBe(false);
    entra.state.keyFields = { alg: "RS512" };
    expect(await verifier.refreshKeys()).toBe(false);
    entra.state.keyFields = { use: undefined, alg: "RS256" };
    expect(await verifier.refreshKeys()).toBe(true);
  });

  test("start fetches at once, stop ends a fetch under way", async () => {
    verifier.start();
    await expect.poll(() => fetches()).toBe(1);
    entra.state.fault = () => undefined;
    const pending = verifier.refreshKeys();
    await expect.poll(() => fetches()).toBe(2);
    verifier.stop();
    expect(await pending).toBe(false);
  });
});
