/** Sign-in with an Entra, or what stands between, whose discovery document is not what it should be. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEntraApp, type EntraFailure } from "../../server/auth/entra-app.ts";
import { clientId, createKey, signedToken, startScriptedEntra, tenantId } from "../support/scripted-entra.ts";
import type { ScriptedEntra } from "../support/scripted-entra.ts";
import { answer, bomb, dripWith, type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";

let entra: ScriptedEntra;
let other: ScriptedServer;
beforeEach(async () => {
  [entra, other] = await Promise.all([startScriptedEntra(), startScriptedServer()]);
});
afterEach(() => Promise.all([entra?.stop(), other?.stop()]));

/** Exchanges a code: the token endpoint is Entra's, and the document of the other server. */
async function redeem(): Promise<unknown> {
  const seconds = Math.floor(Date.now() / 1_000);
  const claims = { aud: clientId, iss: entra.issuers["2.0"], tid: tenantId, oid: "one", sub: "one", nonce: "nonce" };
  const idToken = signedToken(createKey("any"), {}, { ...claims, iat: seconds, exp: seconds + 3_600, ver: "2.0" });
  entra.state.tokens = answer(200, {
    token_type: "Bearer",
    scope: "openid profile email",
    expires_in: 3_600,
    access_token: "an-access-token",
    id_token: idToken,
  });
  const app = createEntraApp({
    entra: entra.entra,
    audience: "staff",
    redirectUri: "http://localhost/auth/callback",
    now: () => new Date(),
    entraFetch: (url, init) => fetch(url.includes("openid-configuration") ? other.url : url, init),
  });
  return app.redeem({ code: "a-code", nonce: "nonce", verifier: "a-verifier" });
}

describe("the discovery document", () => {
  test("names the issuer", async () => {
    other.always(answer(200, { issuer: entra.issuers["2.0"] }));
    expect(await redeem()).toMatchObject({ identity: { objectId: "one" } });
  });

  test.each([
    ["is compressed and never ends", bomb(200, "gzip")],
    ["is compressed with Brotli and never ends", bomb(200, "br")],
    ["is longer than any", answer(200, { issuer: "x".repeat(2_000_000) })],
    ["is an error that never ends", bomb(500, "gzip")],
    ["leads elsewhere", answer(302, "", { location: "http://127.0.0.1:9/" })],
    ["is a page", answer(200, "<html></html>")],
    ["is empty", answer(200, "")],
  ])("that %s signs no one in, and uses no memory", async (_, script) => {
    other.always(script);
    const before = process.memoryUsage().rss;
    const failure = (await redeem().catch((error: unknown) => error)) as EntraFailure;
    expect(failure).toMatchObject({ name: "EntraFailure", kind: "unreachable" });
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    expect(other.requests).toHaveLength(1);
  });

  test("that drips ends within 10 seconds", async () => {
    other.always(dripWith(200));
    const startedAt = performance.now();
    await expect(redeem()).rejects.toMatchObject({ name: "EntraFailure", kind: "unreachable" });
    expect(performance.now() - startedAt).toBeLessThan(12_000);
  });
});
