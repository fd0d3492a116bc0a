import { createHash, randomBytes } from "node:crypto";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHarness, tokenResponse } from "./sandbox-harness.ts";
import type { Harness, Json } from "./sandbox-harness.ts";

const tenant = "11111111-1111-4111-8111-111111111111";
const staffApp = { id: "22222222-2222-4222-8222-222222222222", secret: "sandbox-fulfillment-secret" };
const landingApp = { id: "33333333-3333-4333-8333-333333333333", secret: "sandbox-landing-secret" };

let at: Harness;
beforeAll(async () => {
  at = await startHarness();
});
afterAll(() => at.stop());

const get = async (path: string) => (await (await fetch(`${at.sandbox.url}${path}`)).json()) as Json;
const verifier = randomBytes(32).toString("base64url");

function authorizeUrl(where: string, app: { id: string }, overrides: Record<string, string> = {}): string {
  const params = new URLSearchParams({
    client_id: app.id,
    response_type: "code",
    redirect_uri: `${at.origin}/auth/callback`,
    scope: "openid profile email offline_access",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...overrides,
  });
  return `${at.sandbox.url}/${where}/oauth2/v2.0/authorize?${params.toString()}`;
}

async function signIn(where: string, app: { id: string }, persona: string, overrides: Record<string, string> = {}) {
  const body = new URLSearchParams({ persona });
  const answer = await fetch(authorizeUrl(where, app, overrides), { method: "POST", body, redirect: "manual" });
  const location = answer.headers.get("location");
  return { status: answer.status, params: location ? new URL(location).searchParams : null, text: await answer.text() };
}

async function redeem(
  where: string,
  app: { id: string; secret: string },
  code: string,
  overrides: Record<string, string> = {},
) {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: app.id,
    client_secret: app.secret,
    code,
    redirect_uri: `${at.origin}/auth/callback`,
    code_verifier: verifier,
    ...overrides,
  });
  const answer = await fetch(`${at.sandbox.url}/${where}/oauth2/v2.0/token`, { method: "POST", body });
  return { status: answer.status, ...((await answer.json()) as Json) };
}

async function idTokenOf(where: string, app: { id: string; secret: string }, persona: string) {
  const { params } = await signIn(where, app, persona);
  const answer = await redeem(where, app, params?.get("code") ?? "");
  const keys = createRemoteJWKSet(new URL(`${at.sandbox.url}/${where}/discovery/v2.0/keys`));
  return (await jwtVerify(answer.id_token, keys, { audience: app.id })).payload;
}

describe("discovery", () => {
  test("names v1 and v2 issuers for a tenant, and a template for the shared endpoints", async () => {
    expect((await get(`/${tenant}/.well-known/openid-configuration`)).issuer).toBe(
      `https://sts.windows.net/${tenant}/`,
    );
    const v2 = await get(`/${tenant}/v2.0/.well-known/openid-configuration`);
    expect(v2.issuer).toBe(`${at.sandbox.url}/${tenant}/v2.0`);
    expect(v2.token_endpoint).toBe(`${at.sandbox.url}/${tenant}/oauth2/v2.0/token`);
    for (const shared of ["common", "organizations"]) {
      expect((await get(`/${shared}/v2.0/.well-known/openid-configuration`)).issuer).toBe(
        `${at.sandbox.url}/{tenantid}/v2.0`,
      );
    }
    expect((await get("/nowhere.example/v2.0/.well-known/openid-configuration")).error_codes).toEqual([90002]);
  });

  test("publishes only public keys, and answers msal's question about the host", async () => {
    const { keys } = await get(`/${tenant}/discovery/v2.0/keys`);
    expect(Object.keys(keys[0]).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect((await get("/common/discovery/instance")).metadata[0].aliases).toEqual([new URL(at.sandbox.url).host]);
  });
});

describe("client credentials", () => {
  test("give a token for the Marketplace's resource only to the right secret", async () => {
    expect(await tokenResponse(at.sandbox.url)).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 3600 });
    expect(await tokenResponse(at.sandbox.url, { client_secret: "wrong" })).toMatchObject({
      status: 401,
      error: "invalid_client",
      error_codes: [7000215],
    });
    expect(await tokenResponse(at.sandbox.url, { client_id: "nobody" })).toMatchObject({
      status: 400,
      error: "unauthorized_client",
    });
    expect(
      await tokenResponse(at.sandbox.url, { scope: "62d94f6c-d599-489b-a797-3e10e42fbe22/.default" }),
    ).toMatchObject({ error: "invalid_resource" });
    expect(await tokenResponse(at.sandbox.url, { scope: "openid" })).toMatchObject({ error: "invalid_scope" });
  });

  test("leave no secret in the record of calls", async () => {
    await tokenResponse(at.sandbox.url);
    const { calls } = await at.control("GET", "/calls?area=entra");
    expect(JSON.stringify(calls)).not.toContain("sandbox-fulfillment-secret");
    expect(JSON.stringify(calls)).not.toContain("eyJ");
  });
});

describe("signing in", () => {
  test("shows the app and a button for each person", async () => {
    const page = await (await fetch(authorizeUrl("common", landingApp))).text();
    expect(page).toContain("Contoso subscriptions");
    for (const [key, name] of [
      ["ada", "Ada Moreau"],
      ["personal", "Pat Kim"],
      ["admin", "Amira Dawson"],
    ]) {
      expect(page).toMatch(new RegExp(`<button name="persona" value="${key}" [^>]*>${name}</button>`));
    }
  });

  test("gives staff their roles in the publisher's tenant", async () => {
    const claims = await idTokenOf(tenant, staffApp, "operator");
    expect(claims).toMatchObject({
      iss: `${at.sandbox.url}/${tenant}/v2.0`,
      tid: tenant,
      nonce: "the-nonce",
      ver: "2.0",
      roles: ["Marketdesk.Operator"],
      name: "Omar Haddad",
      preferred_username: "operator@contoso.example",
    });
    expect(await idTokenOf(tenant, staffApp, "outsider")).not.toHaveProperty("roles");
  });

  test("gives purchasers the issuer of their own tenant, and no email to those without one", async () => {
    const ada = await idTokenOf("common", landingApp, "ada");
    const ben = await idTokenOf("common", landingApp, "ben");
    const pat = await idTokenOf("common", landingApp, "personal");
    expect(ada.iss).toBe(`${at.sandbox.url}/${String(ada["tid"])}/v2.0`);
    expect(ada["tid"]).toBe(ben["tid"]);
    expect(ada).toHaveProperty("email");
    expect(ben).not.toHaveProperty("email");
    expect(pat["tid"]).toBe("9188040d-6c67-4c5b-b112-36a304b66dad");
    expect(ada).not.toHaveProperty("roles");
  });

  test("limits the staff app to its own tenant", async () => {
    expect((await signIn(tenant, staffApp, "ada")).text).toContain("AADSTS50020");
    expect((await signIn("common", staffApp, "admin")).text).toContain("AADSTS50194");
    expect((await signIn("organizations", landingApp, "personal")).text).toContain("AADSTS50020");
  });

  test("redeems a code once, for the same address, verifier and app", async () => {
    const codeFor = async () => (await signIn("common", landingApp, "ada")).params?.get("code") ?? "";
    const { params } = await signIn("common", landingApp, "ada");
    expect(params?.get("state")).toBe("the-state");
    const code = params?.get("code") ?? "";
    const first = await redeem("common", landingApp, code);
    expect(first.status).toBe(200);
    expect(JSON.parse(Buffer.from(first.client_info, "base64url").toString())).toHaveProperty("utid");
    expect(await redeem("common", landingApp, code)).toMatchObject({
      status: 400,
      error: "invalid_grant",
      error_codes: [54005],
    });
    expect(await redeem("common", landingApp, await codeFor(), { code_verifier: "wrong" })).toMatchObject({
      error_codes: [501481],
    });
    expect(
      await redeem("common", landingApp, await codeFor(), { redirect_uri: `${at.origin}/auth/other` }),
    ).toMatchObject({ error: "invalid_grant" });
    expect(await redeem("common", staffApp, await codeFor())).toMatchObject({ error: "invalid_grant" });
    expect(await redeem("common", landingApp, await codeFor(), { client_secret: "wrong" })).toMatchObject({
      status: 401,
    });
  });

  test("returns a refresh token that represents the person as the directory has them now", async () => {
    const { params } = await signIn(tenant, staffApp, "operator");
    const signedIn = await redeem(tenant, staffApp, params?.get("code") ?? "");
    const refresh = async (refresh_token: string, app = staffApp) =>
      redeem(tenant, app, "", { grant_type: "refresh_token", refresh_token });
    const rolesOf = (answer: Json) => decodeJwt(answer.id_token)["roles"];
    const again = await refresh(signedIn.refresh_token);
    expect(again).toMatchObject({ status: 200, refresh_token: expect.any(String) });
    expect(rolesOf(again)).toEqual(["Marketdesk.Operator"]);
    expect(decodeJwt(again.id_token)).not.toHaveProperty("nonce");
    await at.control("POST", "/people/operator", { roles: ["Marketdesk.Viewer"] });
    expect(rolesOf(await refresh(again.refresh_token))).toEqual(["Marketdesk.Viewer"]);
    await at.control("POST", "/people/operator", { roles: [], isDisabled: true });
    expect(await refresh(again.refresh_token)).toMatchObject({ status: 400, error_codes: [50057] });
    expect((await signIn(tenant, staffApp, "operator")).text).toContain("AADSTS50057");
    await at.control("POST", "/people/operator", { roles: ["Marketdesk.Operator"], isDisabled: false });
    expect((await refresh(signedIn.refresh_token)).status).toBe(200);
    for (const bad of ["", "x", `${signedIn.refresh_token}x`, signedIn.refresh_token.replace(".", ".e30")]) {
      expect((await refresh(bad)).status).toBe(400);
    }
    expect(await refresh(signedIn.refresh_token, landingApp)).toMatchObject({ error: "invalid_grant" });
    const plain = await signIn(tenant, staffApp, "operator", { scope: "openid" });
    expect(await redeem(tenant, staffApp, plain.params?.get("code") ?? "")).not.toHaveProperty("refresh_token");
    expect(await at.control("POST", "/people/unknown", {})).toMatchObject({ status: 404 });
    expect(await at.control("POST", "/people/operator", { roles: ["Boss"] })).toMatchObject({ status: 400 });
  });

  test("redirects only to registered addresses, also with errors", async () => {
    expect(
      (await signIn("common", landingApp, "ada", { redirect_uri: "https://evil.example/auth/callback" })).text,
    ).toContain("AADSTS50011");
    expect((await signIn("common", landingApp, "ada", { redirect_uri: `${at.origin}/elsewhere` })).text).toContain(
      "AADSTS50011",
    );
    expect((await signIn("common", landingApp, "cancel")).params?.get("error")).toBe("access_denied");
    const none = await fetch(authorizeUrl("common", landingApp, { prompt: "none" }), { redirect: "manual" });
    expect(new URL(none.headers.get("location") ?? "").searchParams.get("error")).toBe("login_required");
    const token = await fetch(authorizeUrl("common", landingApp, { response_type: "token" }), { redirect: "manual" });
    expect(token.headers.get("location")).toContain("unsupported_response_type");
  });
});
