/** B15: every call to Microsoft is found by its request ID and its correlation ID, also outside of operations. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sweepCalls } from "../../server/database/writes/call-record.ts";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

type Call = { method: string; path: string; requestId: string; correlationId: string; status: number };
const callsTo = async (part: string) =>
  (await app.control<{ calls: Call[] }>(`calls?area=marketplace&path=${encodeURIComponent(part)}`)).calls;
const entraCalls = async (part: string) =>
  (await app.control<{ calls: Call[] }>("calls?area=entra&limit=1000")).calls.filter(({ path }) => path.endsWith(part));
const found = (q: string) => app.as("viewer").find.all({ q });

describe("B15: a call", () => {
  test.each([
    ["of a comparison", "/saas/subscriptions", "List subscriptions"],
    ["for the plans of a subscription", "listAvailablePlans", "List available plans"],
  ])("%s is found by both of its ids, complete or in part, however they were pasted", async (_what, part, name) => {
    await app.control("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      autoActivate: true,
    });
    await app.as("operator").reconcile.start();
    const call = await eventually(async () => (await callsTo(part)).find(({ path }) => path.endsWith(part)));
    const byRequest = await eventually(async () => (await found(call.requestId)).calls[0]);
    expect(byRequest).toMatchObject({ name, status: 200, requestId: call.requestId, matched: "request ID" });
    for (const q of [
      call.correlationId,
      `x-ms-correlationid: ${call.correlationId}`,
      call.correlationId.slice(0, 18),
    ]) {
      expect((await found(q)).calls).toContainEqual(
        expect.objectContaining({ correlationId: call.correlationId, matched: "correlation ID" }),
      );
    }
  });

  test("of an operation is found once, as its operation", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await eventually(async () => (await app.record(id))?.quantity === 9);
    const call = await eventually(async () =>
      (await callsTo(id)).find(({ method, path }) => method === "PATCH" && path.includes("/operations/")),
    );
    const view = await eventually(async () => {
      const answer = await found(call.requestId);
      return answer.operations.length > 0 && answer;
    });
    expect(view).toMatchObject({ operations: [{ matched: "request ID of a call" }], calls: [] });
  });

  test("that was refused is found too, and contains no purchase token", async () => {
    await app.control("faults", { target: "GET ^/api/saas/subscriptions/?$", status: 418, body: {} });
    await app.as("operator").reconcile.start();
    const call = await eventually(async () =>
      (await callsTo("/saas/subscriptions")).find(({ status }) => status === 418),
    );
    await app.control("faults", undefined, "DELETE");
    expect(await eventually(async () => (await found(call.requestId)).calls[0])).toMatchObject({ status: 418 });
    const { rows } = await app.db.execute<{ path: string }>(sql`select distinct path from marketplace_calls`);
    for (const { path } of rows) expect(path).not.toMatch(/token(?!$)/);
  });

  test.each([
    ["for a token of the app", "/oauth2/v2.0/token", "Request token from Entra"],
    ["for Entra's signing keys", "/discovery/v2.0/keys", "Read Entra's signing keys"],
    ["for Entra's configuration", "/v2.0/.well-known/openid-configuration", "Read Entra's configuration"],
  ])("%s is found by the ids of Entra and by ours", async (_what, part, name) => {
    const call = await eventually(async () => (await entraCalls(part))[0]);
    expect((await eventually(async () => (await found(call.requestId)).calls[0]))!).toMatchObject({
      name,
      status: 200,
      path: call.path,
      matched: "request ID",
    });
    expect((await found(call.correlationId)).calls).toContainEqual(
      expect.objectContaining({ requestId: call.requestId, matched: "correlation ID" }),
    );
  });

  test("of a sign-in is found, also if Entra refused it, and contains no secret", async () => {
    const signIn = async () => {
      const browser = createBrowserSession();
      await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), "operator");
    };
    await signIn();
    const signedIn = await eventually(async () => (await entraCalls("/oauth2/v2.0/token")).at(-1));
    await eventually(async () => (await found(signedIn.requestId)).calls[0]);
    await app.control("faults", {
      target: "POST ^/[^/]+/oauth2/v2.0/token$",
      status: 401,
      body: { error: "invalid_client" },
    });
    await signIn();
    await app.control("faults", undefined, "DELETE");
    const refused = await eventually(async () =>
      (await entraCalls("/oauth2/v2.0/token")).find(({ status }) => status === 401),
    );
    expect(await eventually(async () => (await found(refused.requestId)).calls[0])).toMatchObject({ status: 401 });
    const { rows } = await app.db.execute(sql`select * from marketplace_calls`);
    expect(JSON.stringify(rows)).not.toMatch(/secret|code=|client_|eyJ|refresh|grant/i);
  });

  test("is deleted after a month, and an answered page of the list after three days", async () => {
    await app.db.execute(sql`update marketplace_calls set at = now() - interval '4 days'`);
    await sweepCalls(app.db);
    const left = async () =>
      (
        await app.db.execute<{ path: string; status: number }>(
          sql`select path, status from marketplace_calls where at < now() - interval '1 day'`,
        )
      ).rows;
    expect((await left()).length).toBeGreaterThan(0);
    expect((await left()).filter(({ path, status }) => path === "/saas/subscriptions" && status === 200)).toEqual([]);
    await app.db.execute(
      sql`update marketplace_calls set at = now() - interval '31 days' where at < now() - interval '1 day'`,
    );
    await sweepCalls(app.db);
    expect(await left()).toEqual([]);
  });
});
