import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../../server/commands/connection/check-connection.ts";
import { recordCredentials } from "../../server/commands/connection/credentials.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { freePort } from "../support/ports.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());
afterEach(() => app.control("faults", undefined, "DELETE"));

type Others = Parameters<TestApp["as"]>[1];

/** The lines of a check by their names, as an operator gets them. */
async function check(others: Others = {}) {
  const { groups } = await app.as("operator", others).connection.check();
  return new Map(groups.flatMap(({ lines }) => lines.map((line) => [line.name, line])));
}

const withEntra = (entra: Partial<Connection["entra"]>): Others => ({
  connection: { ...app.connection, entra: { ...app.connection.entra, ...entra } },
});

describe("the connection check", () => {
  test("passes all checks for a correct connection", async () => {
    const lines = await check();
    expect([...lines.values()].filter(({ state }) => state === "wrong")).toEqual([]);
    const { tenantId, clientId } = app.sandbox.entra;
    const tokenLines = ["Token", "Audience (aud)", "App (azp or appid)", "Tenant (tid)", "Service principal (oid)"];
    for (const name of tokenLines) expect(lines.get(name), name).toMatchObject({ state: "ok", remedy: null });
    expect(lines.get("Tenant")?.value).toBe(tenantId);
    expect(lines.get("App (azp or appid)")?.value).toBe(clientId);
    expect(lines.get("Service principal (oid)")?.value).toMatch(/^[0-9a-f-]{36}$/);
    expect(Date.parse(lines.get("Valid until")?.at ?? "")).toBeGreaterThan(Date.now());
    expect(lines.get("List subscriptions")).toMatchObject({ state: "ok", value: "returned 0 subscriptions" });
    expect(lines.get("Webhook")?.value).toBe(`${app.url}/webhooks/marketplace`);
    expect(lines.get("Landing page")?.value).toBe(`${app.url}/landing`);
    expect(lines.get("Entra's signing keys")).toMatchObject({ state: "ok" });
    expect(lines.get("Clock")).toMatchObject({ state: "ok" });
    expect(lines.get("PostgreSQL")?.value).toMatch(/^\d\d/);
    expect(lines.get("Refused calls")).toMatchObject({ state: "ok", value: "none" });
  });

  test("never shows a token or the secret", async () => {
    const answer = JSON.stringify(await app.as("admin").connection.check());
    const { credential } = app.sandbox.entra;
    expect(answer).not.toContain("secret" in credential ? credential.secret : "none");
    expect(answer).not.toMatch(/eyJ[\w-]{10}/);
  });

  test("needs an operator", async () => {
    await expect(app.as("viewer").connection.check()).rejects.toThrow(/needs the role operator/);
  });

  test("says what to do about a wrong secret, even with a cached token", async () => {
    const lines = await check(withEntra({ credential: { secret: "not the secret" } }));
    expect(lines.get("Token")).toMatchObject({ state: "wrong" });
    expect(lines.get("Token")?.value).toMatch(/AADSTS7000215/);
    expect(lines.get("Token")?.remedy).toMatch(
      /Set ENTRA_CLIENT_SECRET to the secret's value; the secret's ID does not work/,
    );
    expect(lines.get("List subscriptions")).toMatchObject({ state: "ok" });
    expect(JSON.stringify([...lines])).not.toContain("not the secret");
  });

  test("detects a token without a service principal, and one for another app or audience", async () => {
    const claims = { aud: "somebody", azp: "another", tid: app.sandbox.entra.tenantId, ver: "2.0", exp: 4_000_000_000 };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    await app.control("faults", {
      target: "POST ^/.*/oauth2/v2.0/token",
      times: 1,
      headers: { "content-type": "application/json" },
      body: {
        token_type: "Bearer",
        expires_in: 3600,
        access_token: `${part({ alg: "none" })}.${part(claims)}.x`,
      },
    });
    const lines = await check();
    expect(lines.get("Service principal (oid)")).toMatchObject({ state: "wrong", value: "absent" });
    expect(lines.get("Service principal (oid)")?.remedy).toContain(
      `az ad sp create --id ${app.sandbox.entra.clientId}`,
    );
    expect(lines.get("Audience (aud)")).toMatchObject({ state: "wrong", value: "somebody" });
    expect(lines.get("App (azp or appid)")).toMatchObject({ state: "wrong", value: "another" });
    expect(lines.get("Tenant (tid)")).toMatchObject({ state: "ok" });
  });

  test("says what to do if the Marketplace refuses the app or cannot be reached", async () => {
    await app.control("faults", { target: "GET /api/saas/subscriptions", status: 403, body: {} });
    const refused = (await check()).get("List subscriptions");
    expect(refused).toMatchObject({ state: "wrong" });
    expect(refused?.remedy).toContain(app.sandbox.entra.clientId);

    const nowhere = `http://localhost:${await freePort()}/api`;
    const marketplace = createMarketplace({ baseUrl: nowhere, getToken: () => Promise.resolve("a token") });
    const unreachable = (await check({ marketplace })).get("List subscriptions");
    expect(unreachable).toMatchObject({ state: "wrong" });
    expect(unreachable?.remedy).toMatch(/over HTTPS/);
  });

  test("ends within its deadline if Entra does not respond, and shows the other results", async () => {
    await app.control("faults", { target: "* ^/[0-9a-f-]{36}/", hangMs: 20_000 });
    const startedAt = Date.now();
    const lines = await check();
    expect(Date.now() - startedAt).toBeLessThan(7_000);
    expect(lines.get("Token")).toMatchObject({ state: "wrong" });
    expect(lines.get("Clock")).toMatchObject({ state: "wrong" });
    expect(lines.get("List subscriptions")).toMatchObject({ state: "ok" });
    expect(lines.get("PostgreSQL")).toMatchObject({ state: "ok" });
  });

  test.each([
    [45, "warning", /^4[456] s ahead of Microsoft's$/],
    [-45, "warning", /^4[456] s behind Microsoft's$/],
    [120, "wrong", /ahead/],
    [10, "ok", /^(9|10|11) s ahead/],
  ])("says for a clock that is %i s ahead: %s", async (seconds, state, words) => {
    const line = (await check({ now: () => new Date(Date.now() + seconds * 1_000) })).get("Clock");
    expect(line?.state).toBe(state);
    expect(line?.value).toMatch(words);
    if (state !== "ok") expect(line?.remedy).toMatch(/time server/);
  });

  test("shows the last delivery, and what each refused call means", async () => {
    expect((await check()).get("Last delivery")).toMatchObject({ state: "warning", value: "none yet" });
    await app.deliver({ id: "x", subscriptionId: "y", action: "Renew" });
    await fetch(`${app.url}/webhooks/marketplace`, { method: "POST", body: "{}" });
    const { token } = await app.control<{ token: string }>("webhook-token", { claims: { aud: "another app" } });
    const authorization = `Bearer ${token}`;
    await fetch(`${app.url}/webhooks/marketplace`, { method: "POST", headers: { authorization }, body: "{}" });
    const lines = await eventually(async () => {
      const found = await check();
      return found.has("Refused: aud") && found.has("Refused: no-header") && found;
    });
    expect(lines.get("Last delivery")).toMatchObject({ state: "ok", value: "Renewal" });
    expect(lines.get("Refused: no-header")).toMatchObject({ state: "ok", remedy: null });
    expect(lines.get("Refused: aud")).toMatchObject({ state: "warning" });
    expect(lines.get("Refused: aud")?.remedy).toMatch(/Technical configuration/);
    await app.db.execute(sql`update rejected_calls set last_at = now() - interval '8 days'`);
    expect((await check()).get("Refused: aud")).toMatchObject({ state: "ok", remedy: null });
  });

  test("says that Microsoft cannot reach localhost or an address without HTTPS", async () => {
    const real = { ...app.connection, marketplaceUrl: "https://marketplaceapi.microsoft.com/api" };
    const at = async (publicUrl: string) => {
      const entra = { ...real.entra, authority: "https://login.microsoftonline.invalid" };
      return (await check({ connection: { ...real, entra, publicUrl } })).get("Webhook");
    };
    expect((await at("http://localhost:3000"))?.remedy).toMatch(/Set PUBLIC_URL to Marketdesk's public address/);
    expect((await at("http://desk.example"))?.remedy).toMatch(/requires HTTPS/);
    expect(await at("https://desk.example")).toMatchObject({ state: "ok" });
  });
});

describe("the expiry date of a secret", () => {
  const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const stored = async () => (await check()).get("Credential")?.secret?.endsOn ?? null;
  const setExpiry = async (on: string | null, seenOn?: string | null) =>
    app.as("admin").connection.setCredentialExpiry({
      app: "fulfillment",
      on,
      seenOn: seenOn === undefined ? await stored() : seenOn,
    });
  const needs = async (days = 0) => {
    const now = () => new Date(Date.now() + days * 86_400_000);
    return (await app.as("viewer", { now }).needs.list({})).needs.filter(({ kind }) => kind === "secret");
  };

  test("is requested while unknown, except for the sandbox's secret", async () => {
    expect((await check()).get("Credential")).toMatchObject({
      state: "ok",
      secret: { app: "fulfillment", endsOn: null },
    });
    const entra = { ...app.connection.entra, authority: "https://login.microsoftonline.invalid" };
    const marketplaceUrl = "https://marketplaceapi.microsoft.com/api";
    const line = (await check({ connection: { ...app.connection, entra, marketplaceUrl } })).get("Credential");
    expect(line).toMatchObject({ state: "warning", value: "client secret; expiry date unknown" });
    expect(line?.remedy).toMatch(/60, 30 and 7 days before/);
  });

  test("is entered by an admin, recorded, and needs attention 60 days before", async () => {
    await setExpiry(dayIn(61));
    expect((await check()).get("Credential")).toMatchObject({ state: "ok", value: "client secret, 61 days left" });
    expect(await needs()).toEqual([]);
    const [need] = await needs(2);
    expect(need).toMatchObject({ subscriptionId: null, place: "/settings/connection", actions: ["open"] });
    expect(need).toMatchObject({
      subject: "Expiring secrets",
      what: "The fulfillment app's secret expires",
      windowMs: 60 * 86_400_000,
    });
    await setExpiry(dayIn(20));
    expect((await check()).get("Credential")).toMatchObject({ state: "warning" });
    await setExpiry(dayIn(5));
    expect((await check()).get("Credential")).toMatchObject({ state: "wrong", value: "client secret, 5 days left" });
    const { rows } = await app.as("viewer").activity.list({});
    expect(rows[0]).toMatchObject({
      kind: "credential.end_told",
      actor: { kind: "staff", name: "Test admin" },
      before: { endsOn: dayIn(20) },
      after: { endsOn: dayIn(5) },
    });
  });

  test("can be snoozed at most until the next reminder", async () => {
    await setExpiry(dayIn(40));
    const [need] = await needs();
    const snooze = (days: number) =>
      app.as("operator").needs.snooze({
        kind: "secret",
        id: need?.id ?? "",
        until: new Date(Date.now() + days * 86_400_000).toISOString(),
        reason: "the new one is ordered",
      });
    await expect(snooze(12)).rejects.toThrow(/Choose .* or an earlier day/);
    await snooze(8);
    expect(await needs()).toEqual([]);
    expect(await needs(11)).toHaveLength(1);
  });

  test("survives a restart, and is removed with the secret", async () => {
    await setExpiry(dayIn(30));
    await app.restart();
    expect((await check()).get("Credential")?.secret?.endsOn).toBe(dayIn(30));
    await recordCredentials(
      { db: app.db, now: () => new Date() },
      { ...app.connection.entra, credential: { secret: "a new one" } },
    );
    expect((await check()).get("Credential")?.secret?.endsOn).toBeNull();
  });

  test("cannot be changed by operators", async () => {
    const input = { app: "fulfillment", on: null, seenOn: null } as const;
    await expect(app.as("operator").connection.setCredentialExpiry(input)).rejects.toThrow(/needs the role admin/);
    await expect(app.as("admin").connection.setCredentialExpiry({ ...input, on: "soon" })).rejects.toThrow(
      /Choose a day/,
    );
  });

  test("is not replaced by a form that shows an earlier one", async () => {
    await setExpiry(dayIn(30));
    await setExpiry(dayIn(90));
    await expect(setExpiry(dayIn(31), dayIn(30))).rejects.toThrow(
      "Test admin has changed this date. Nothing was saved.",
    );
    expect(await stored()).toBe(dayIn(90));
    await setExpiry(null);
  });
});
