/** A10: Microsoft refuses our calls or cannot be reached: staff hear of it within a minute, and that it is over. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  // Something to ask Microsoft about.
  await app.buyActive();
});
afterAll(() => app?.stop());

const alarms = async () => (await app.as("viewer").needs.list({})).needs.filter(({ kind }) => kind === "alarm");
const metric = async (name: string) => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(name));
};

describe("A10: a Microsoft that refuses our calls", () => {
  const tokens = "POST ^/.*/oauth2/v2.0/token$";
  const refusalOf = (number: number, words: string) => ({
    status: 401,
    body: {
      error: "invalid_client",
      error_description: `AADSTS${number}: ${words} Trace ID: 1`,
      error_codes: [number],
    },
  });
  const healed = async () => {
    await app.control("faults", undefined, "DELETE");
    await eventually(async () => (await alarms()).length === 0, 60_000);
    await eventually(async () => !["refused", "away"].includes((await app.as("viewer").overview.health()).state));
  };
  const anyId = async () => (await app.as("viewer").subscriptions.list({})).rows[0]?.id ?? "";

  test("for an expired secret is an alarm within a minute though nobody calls Microsoft, with cause, start and remedy, and ends by itself", async () => {
    await app.control("faults", {
      target: tokens,
      ...refusalOf(7000222, "The provided client secret keys for app are expired."),
    });
    await app.control("faults", { target: "* /api", status: 403, body: {} });
    const [alarm] = await eventually(async () => (await alarms()).length > 0 && alarms(), 60_000);
    expect(alarm).toMatchObject({
      id: "token",
      what: "Microsoft refuses our calls: the client secret of the fulfillment app has expired (AADSTS7000222)",
      rule: expect.stringContaining("set ENTRA_CLIENT_SECRET to its value"),
    });
    expect(Date.now() - Date.parse(alarm?.since ?? "")).toBeLessThan(70_000);
    expect(await app.as("viewer").overview.health()).toMatchObject({
      state: "refused",
      words: expect.stringContaining("AADSTS7000222"),
    });
    expect(await metric('marketdesk_marketplace_problem_seconds{kind="token"}')).not.toMatch(/ 0$/);
    expect(await metric("marketdesk_alarms{")).toContain('{kind="token"} 1');
    await healed();
    expect(await metric('marketdesk_marketplace_problem_seconds{kind="token"}')).toMatch(/ 0$/);
  }, 150_000);

  test("with a good token sends staff to Partner Center", async () => {
    await app.control("faults", { target: "* /api", status: 401, body: { code: "Unauthorized", message: "No." } });
    await expect(app.as("operator").subscriptions.refresh({ subscriptionId: await anyId() })).rejects.toThrow("401");
    const all = "Microsoft refuses all our calls (401 Unauthorized)";
    expect(await eventually(async () => (await alarms()).find(({ what }) => what === all), 60_000)).toMatchObject({
      id: "refused",
      rule: expect.stringContaining("Technical configuration"),
    });
    await healed();
  }, 150_000);

  test("for the list alone names that call, and a comparison that fails waits for someone", async () => {
    const comparisons = async () =>
      (await app.as("viewer").needs.list({})).needs.filter(({ kind }) => kind === "comparison");
    await app.control("faults", { target: "GET ^/api/saas/subscriptions/?$", status: 403, body: {} });
    await app.as("operator").reconcile.start();
    expect(
      await eventually(async () => (await alarms()).find(({ what }) => what.includes("List subscriptions")), 60_000),
    ).toMatchObject({ id: "refused" });
    expect(await comparisons()).toEqual([]);
    await app.db.execute(
      sql`update reconcile_runs set started_at = started_at - interval '3 minutes' where finished_at is null`,
    );
    expect(await eventually(async () => (await comparisons()).length > 0 && comparisons())).toEqual([
      expect.objectContaining({
        what: "The comparison with Microsoft fails",
        rule: expect.stringContaining("403"),
        place: "/settings/reconcile",
      }),
    ]);
    await healed();
    await app.as("operator").reconcile.start();
    await eventually(async () => (await comparisons()).length === 0, 30_000);
  }, 150_000);

  test("comparisons that were not completed for too long wait for someone", async () => {
    const shift = (by: string) =>
      app.db.execute(
        sql`update reconcile_runs set started_at = started_at + ${by}::interval, finished_at = finished_at + ${by}::interval`,
      );
    await shift("-50 minutes");
    expect((await app.as("viewer").needs.list({})).needs.find(({ kind }) => kind === "comparison")).toMatchObject({
      what: "Not compared with Microsoft recently",
    });
    await shift("50 minutes");
  });
});
