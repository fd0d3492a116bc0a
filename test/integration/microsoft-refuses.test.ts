/**
 * A10: Microsoft refuses our calls or cannot be reached: staff see that within a minute, and when it has ended.
 * Each case waits for the product's own probes, so each has an app of its own and they wait at the same time.
 */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

/** One for each case that waits. */
const apps: TestApp[] = [];
beforeAll(async () => {
  while (apps.length < 3) {
    const app = await startTestApp();
    apps.push(app);
    // Something to ask Microsoft about.
    await app.buyActive();
  }
});
afterAll(() => Promise.all(apps.map((app) => app.stop())));

const appOf = (index: number) => apps[index] as TestApp;
const alarmsOf = async (app: TestApp) =>
  (await app.as("viewer").needs.list({})).needs.filter(({ kind }) => kind === "alarm");
const metricOf = async (app: TestApp, name: string) => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(name));
};
const healed = async (app: TestApp) => {
  await app.control("faults", undefined, "DELETE");
  await eventually(async () => (await alarmsOf(app)).length === 0, 120_000);
  await eventually(async () => !["refused", "away"].includes((await app.as("viewer").overview.health()).state));
};
const anyIdOf = async (app: TestApp) => (await app.as("viewer").subscriptions.list({})).rows[0]?.id ?? "";

test("A10: a reconciliation that has not finished for too long needs attention", async ({ expect }) => {
  const app = appOf(0);
  const shift = (by: string) =>
    app.db.execute(
      sql`update reconcile_runs set started_at = started_at + ${by}::interval, finished_at = finished_at + ${by}::interval`,
    );
  await shift("-50 minutes");
  expect((await app.as("viewer").needs.list({})).needs.find(({ kind }) => kind === "comparison")).toMatchObject({
    what: "No recent reconciliation with Microsoft",
  });
  await shift("50 minutes");
});

describe.concurrent("A10: when Microsoft refuses our calls", () => {
  const tokens = "POST ^/.*/oauth2/v2.0/token$";
  const refusalOf = (number: number, words: string) => ({
    status: 401,
    body: {
      error: "invalid_client",
      error_description: `AADSTS${number}: ${words} Trace ID: 1`,
      error_codes: [number],
    },
  });

  test("because a secret has expired, an alarm with cause, start and remedy appears within a minute without any calls, and ends", async ({
    expect,
  }) => {
    const app = appOf(0);
    await app.control("faults", {
      target: tokens,
      ...refusalOf(7000222, "The provided client secret keys for app are expired."),
    });
    await app.control("faults", { target: "* /api", status: 403, body: {} });
    const alarms = () => alarmsOf(app);
    const [alarm] = await eventually(async () => (await alarms()).length > 0 && alarms(), 120_000);
    expect(alarm).toMatchObject({
      id: "token",
      what: "Microsoft refuses our calls: the client secret of the fulfillment app has expired (AADSTS7000222)",
      rule: expect.stringContaining("set ENTRA_CLIENT_SECRET to its value"),
    });
    expect(Date.now() - Date.parse(alarm?.since ?? "")).toBeLessThan(130_000);
    expect(await app.as("viewer").overview.health()).toMatchObject({
      state: "refused",
      words: expect.stringContaining("AADSTS7000222"),
    });
    expect(await metricOf(app, 'marketdesk_marketplace_problem_seconds{kind="token"}')).not.toMatch(/ 0$/);
    expect(await metricOf(app, "marketdesk_alarms{")).toContain('{kind="token"} 1');
    await healed(app);
    expect(await metricOf(app, 'marketdesk_marketplace_problem_seconds{kind="token"}')).toMatch(/ 0$/);
  });

  test("with a valid token, staff are sent to Partner Center", async ({ expect }) => {
    const app = appOf(1);
    await app.control("faults", { target: "* /api", status: 401, body: { code: "Unauthorized", message: "No." } });
    await expect(app.as("operator").subscriptions.refresh({ subscriptionId: await anyIdOf(app) })).rejects.toThrow(
      "401",
    );
    const all = "Microsoft refuses all our calls (401 Unauthorized)";
    expect(await eventually(async () => (await alarmsOf(app)).find(({ what }) => what === all), 120_000)).toMatchObject(
      {
        id: "refused",
        rule: expect.stringContaining("Technical configuration"),
      },
    );
    await healed(app);
  });

  test("only for the list, the alarm names that call, and a failing reconciliation needs attention", async ({
    expect,
  }) => {
    const app = appOf(2);
    const comparisons = async () =>
      (await app.as("viewer").needs.list({})).needs.filter(({ kind }) => kind === "comparison");
    await app.control("faults", { target: "GET ^/api/saas/subscriptions/?$", status: 403, body: {} });
    await app.as("operator").reconcile.start();
    expect(
      await eventually(
        async () => (await alarmsOf(app)).find(({ what }) => what.includes("List subscriptions")),
        60_000,
      ),
    ).toMatchObject({ id: "refused" });
    expect(await comparisons()).toEqual([]);
    await app.db.execute(
      sql`update reconcile_runs set started_at = started_at - interval '3 minutes' where finished_at is null`,
    );
    expect(await eventually(async () => (await comparisons()).length > 0 && comparisons())).toEqual([
      expect.objectContaining({
        what: "Reconciliation with Microsoft is failing",
        rule: expect.stringContaining("403"),
        place: "/settings/reconcile",
      }),
    ]);
    await healed(app);
    await app.as("operator").reconcile.start();
    await eventually(async () => (await comparisons()).length === 0, 30_000);
  });
});
