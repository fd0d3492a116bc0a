/** The client's verifier of signed entitlements: it follows the published keys, and keeps them during an outage. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEntitlementVerifier } from "../../clients/typescript/src/entitlements.ts";

const audience = "product";
const keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();
let published: string[] = [];
let isAway = false;
let fetches = 0;
let server: ReturnType<typeof createServer>;
let url: string;

beforeEach(async () => {
  // Only the date: sockets need the real timers.
  vi.useFakeTimers({ toFake: ["Date"] });
  [isAway, fetches] = [false, 0];
  for (const kid of ["earlier", "next"]) keys.set(kid, await generateKeyPair("ES256"));
  server = createServer((_request, response) => {
    fetches += 1;
    if (isAway) return void response.destroy();
    void Promise.all(published.map(async (kid) => ({ ...(await exportJWK(keys.get(kid)!.publicKey)), kid }))).then(
      (jwks) => response.end(JSON.stringify({ keys: jwks })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const sign = (kid: string) =>
  new SignJWT({ access: "full" })
    .setProtectedHeader({ alg: "ES256", kid, typ: "entitlements+jwt" })
    .setIssuer(url)
    .setAudience(audience)
    .setExpirationTime("7d")
    .sign(keys.get(kid)!.privateKey);
const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

test("an earlier key is refused soon after it is no longer published", async () => {
  published = ["earlier", "next"];
  const verify = createEntitlementVerifier({ url, audience });
  await verify(await sign("earlier"));
  published = ["next"];
  pass(4);
  await verify(await sign("next"));
  expect(fetches).toBe(1);
  pass(2);
  await verify(await sign("next"));
  await expect(verify(await sign("earlier"))).rejects.toThrow("no applicable key");
});

test("known keys verify while Marketdesk is away, for a day, and without a fetch for each token", async () => {
  published = ["earlier"];
  const verify = createEntitlementVerifier({ url, audience });
  await verify(await sign("earlier"));
  isAway = true;
  pass(6);
  for (let n = 0; n < 3; n += 1) expect(await verify(await sign("earlier"))).toMatchObject({ access: "full" });
  expect(fetches).toBe(2);
  pass(23 * 60);
  await verify(await sign("earlier"));
  pass(60);
  await expect(verify(await sign("earlier"))).rejects.toThrow("fetch failed");
});

test("keys are read again as soon as Marketdesk is back", async () => {
  published = ["earlier"];
  const verify = createEntitlementVerifier({ url, audience });
  await verify(await sign("earlier"));
  isAway = true;
  pass(6);
  await verify(await sign("earlier"));
  isAway = false;
  published = ["next"];
  pass(1);
  await expect(verify(await sign("earlier"))).rejects.toThrow("no applicable key");
  await verify(await sign("next"));
});
