import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { eq, getTableColumns, isNull, sql } from "drizzle-orm";
import { v7 as newId } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ReconcileRunView } from "../../shared/views/reconcile.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { reconcileRuns } from "../../server/database/schema/reconcile.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";
import { freePort } from "../support/ports.ts";

const dayMs = 24 * 60 * 60_000;
const listPath = "^/api/saas/subscriptions/?$";

/** What the tests of both groups ask of their app. */
function tools(app: () => TestApp) {
  const viewer = () => app().as("viewer");
  const find = (id: string) =>
    viewer()
      .subscriptions.get({ id })
      .catch(() => null);
  const finished = (runId: string, withinMs = 15_000): Promise<ReconcileRunView> =>
    eventually(
      async () => (await viewer().reconcile.runs()).find((run) => run.id === runId && run.finishedAt !== null),
      withinMs,
    );
  return {
    find,
    finished,
    async compare(): Promise<ReconcileRunView> {
      const { runId } = await app().as("operator").reconcile.start();
      return finished(runId);
    },
    differences: async (id: string) => (await viewer().reconcile.differences({ subscription: id })).rows,
    async calls(method: string, path: RegExp): Promise<{ at: string; path: string; status: number }[]> {
      const { calls } = await app().control<{
        calls: { at: string; method: string; path: string; status: number }[];
      }>("calls?area=marketplace");
      return calls.filter((call) => call.method === method && path.test(call.path));
    },
    async buyActive(input: object = {}): Promise<string> {
      const { subscriptionId } = await app().control<{ subscriptionId: string }>("purchases", {
        offerId: "insight",
        planId: "team",
        quantity: 5,
        purchaser: "ada",
        autoActivate: true,
        ...input,
      });
      await eventually(async () => (await find(subscriptionId))?.status === "Subscribed");
      await eventually(async () => {
        const { rows } = await viewer().operations.list({ subscription: subscriptionId, state: "open" });
        return rows.length === 0;
      });
      return subscriptionId;
    },
  };
}

type Wire = {
  id: string;
  saasSubscriptionStatus: string;
  created: string;
  quantity: number | null;
  autoRenew: boolean;
};

describe("three pages of subscriptions", () => {
  let app: TestApp;
  const { compare, finished, calls } = tools(() => app);
  beforeAll(async () => {
    app = await startTestApp();
    await app.control("sample", { count: 250 });
  });
  afterAll(() => app?.stop());
  afterEach(() => app.control("faults", undefined, "DELETE"));

  test("case 49: are read once, with one call per page", async () => {
    await app.control("calls", undefined, "DELETE");
    const run = await compare();
    expect(run).toMatchObject({ listed: 250, added: 250, repaired: 0, failed: 0, expected: 0, restarts: 0 });
    expect(await calls("GET", /^\/api\/saas\/subscriptions\/?$/)).toHaveLength(3);
    expect(await app.db.$count(subscriptions)).toBe(250);
  });

  test("cost three calls and no write to subscriptions if nothing differs", async () => {
    await app.control("calls", undefined, "DELETE");
    const version = () => app.db.execute(sql`select max(xmin::text::bigint) as newest from subscriptions`);
    const before = await version();
    const run = await compare();
    expect(run).toMatchObject({ listed: 250, added: 0, repaired: 0, raised: 0, failed: 0, expected: 250 });
    expect(await calls("GET", /./)).toHaveLength(3);
    expect((await version()).rows).toEqual(before.rows);
  });

  test("B16: cost no further call if the list has other formats or omits most fields", async () => {
    await compare();
    const { subscriptions: listed } = (await (
      await fetch(`${app.sandbox.url}/control/subscriptions?limit=100`)
    ).json()) as { subscriptions: { id: string }[] };
    const truths = await Promise.all(
      listed.slice(0, 40).map(async ({ id }) => (await app.marketplace.getSubscription(id)).raw as Wire),
    );
    const forms: ((raw: Wire) => object)[] = [
      ({ id, saasSubscriptionStatus }) => ({ id, saasSubscriptionStatus }),
      (raw) => ({ ...raw, created: raw.created.slice(0, 10), quantity: String(raw.quantity ?? "") }),
      (raw) => ({ ...raw, id: raw.id, beneficiary: { emailId: null }, purchaser: {}, allowedCustomerOperations: [] }),
      (raw) => ({ ...raw, autoRenew: String(raw.autoRenew), isFreeTrial: undefined, name: "" }),
    ];
    const rows = truths.map((raw, index) => forms[index % forms.length]!(raw));
    await app.control("calls", undefined, "DELETE");
    await app.control("faults", {
      target: `GET ${listPath}`,
      body: { subscriptions: rows, "@nextLink": "" },
      times: 1,
    });
    const run = await compare();
    expect(run).toMatchObject({ repaired: 0, failed: 0 });
    const alone = await calls("GET", /^\/api\/saas\/subscriptions\/.+/);
    const named = new Set(truths.map(({ id }) => id));
    expect(alone.filter(({ path: asked }) => named.has(asked.split("/").at(-1) ?? ""))).toEqual([]);
  });

  test.each([
    ["leads to the same page again", ["a"], /leads to the same page again/],
    ["leads in a circle", ["a", "b", "c"], /does not end: its last 20 pages contained nothing new/],
  ])("B8: of a list that %s end the reconciliation with a message", async (_, tokens, words) => {
    const { subscriptions: first } = (await app.marketplace.listSubscriptions(null)) as {
      subscriptions: { raw: unknown }[];
    };
    const body = { subscriptions: [first[0]?.raw] };
    const link = (token: string) => `${app.sandbox.url}/api/saas/subscriptions?continuationToken=${token}`;
    await app.control("calls", undefined, "DELETE");
    // Enough pages for an endless reconciliation.
    for (let index = 0; index < 60; index += 1) {
      const next = link(tokens[index % tokens.length] ?? "");
      await app.control("faults", { target: `GET ${listPath}`, body: { ...body, "@nextLink": next }, times: 1 });
    }
    const run = await compare();
    expect(run.error).toMatch(words);
    expect(run.error).toMatch(/The next reconciliation starts from the beginning\.$/);
    expect((await calls("GET", /^\/api\/saas\/subscriptions\/?$/)).length).toBeLessThanOrEqual(22);
    await app.control("faults", undefined, "DELETE");
    expect(await compare()).toMatchObject({ listed: 250, error: null, raised: 0 });
  });

  test("B8: that are empty and never end stop the reconciliation with a message", async () => {
    for (let index = 0; index < 60; index += 1) {
      const next = `${app.sandbox.url}/api/saas/subscriptions?continuationToken=${index}`;
      await app.control("faults", {
        target: `GET ${listPath}`,
        body: { subscriptions: [], "@nextLink": next },
        times: 1,
      });
    }
    expect((await compare()).error).toMatch(/does not end: its last 20 pages contained nothing new/);
    await app.control("faults", undefined, "DELETE");
    expect(await compare()).toMatchObject({ listed: 250, error: null });
  });

  test("case 49: are not read from another host", async () => {
    await app.control("faults", {
      target: `GET ${listPath}`,
      times: 1,
      body: { subscriptions: [], "@nextLink": "https://evil.example/api/saas/subscriptions?continuationToken=x" },
    });
    await app.as("operator").reconcile.start();
    const { running } = await eventually(async () => {
      const status = await app.as("viewer").reconcile.status();
      return status.running?.error ? status : null;
    });
    expect(running?.error).toMatch(/leads to evil\.example/);
    expect((await finished(running?.id ?? "")).listed).toBe(250);
  });

  test("are read from the start once if the continuation has expired", async () => {
    await app.stopApp();
    const runId = await openRun({ continuation: Buffer.from("expired").toString("base64"), listed: 100 });
    await app.startApp();
    expect(await finished(runId)).toMatchObject({ restarts: 1, listed: 250, error: null });
  });

  test("end the reconciliation with the message if the continuation is refused twice", async () => {
    await app.stopApp();
    const expired = Buffer.from("expired").toString("base64");
    const runId = await openRun({ continuation: expired, listed: 100, restarts: 1 });
    await app.startApp();
    const run = await finished(runId);
    expect(run.error).toMatch(/rejected the continuation of its list twice.*continuation token is invalid/);
    expect((await compare()).listed).toBe(250);
  });

  test("are continued where a killed run stopped", async () => {
    await app.stopApp();
    await app.control("calls", undefined, "DELETE");
    // A busy machine has to see the run between two pages.
    await app.control("faults", { target: `GET ${listPath}`, delayMs: 3_000 });
    const kill = await startProcess(app);
    const running = await eventually(async () => {
      const status = await app.as("viewer").reconcile.status();
      return (status.running?.listed ?? 0) >= 100 ? status.running : null;
    }, 90_000).finally(kill);
    if (running === null) throw new Error("no run is open");
    await app.control("faults", undefined, "DELETE");
    await app.startApp();
    expect(await finished(running.id)).toMatchObject({ listed: 250, restarts: 0, error: null });
    // The page in progress at the kill is read again, the first one is not.
    expect((await calls("GET", /./)).length).toBeLessThanOrEqual(4);
  });

  async function openRun(values: object): Promise<string> {
    const id = newId();
    // The schedule may have begun one just before the app was stopped.
    const ended = { finishedAt: new Date() };
    await app.db.update(reconcileRuns).set(ended).where(isNull(reconcileRuns.finishedAt));
    await app.db.insert(reconcileRuns).values({
      id,
      trigger: "schedule",
      startedAt: new Date(),
      expected: 250,
      ...values,
    });
    return id;
  }
});

describe("reconciliation finds", () => {
  let app: TestApp;
  const { compare, finished, find, differences, calls, buyActive } = tools(() => app);
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app?.stop());
  afterEach(() => app.control("faults", undefined, "DELETE"));

  test("case 50: a purchase without any webhook", async () => {
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 3,
      purchaser: "cleo",
    });
    const run = await compare();
    expect(run.added).toBe(1);
    const [difference] = await differences(subscriptionId);
    expect(difference).toMatchObject({
      kind: "unknown",
      done: "added",
      runId: run.id,
      recorded: null,
      truth: { status: "PendingFulfillmentStart", planId: "team", quantity: 3 },
      cause: expect.stringContaining("no one has opened the landing page") as string,
    });
  });

  test("case 50: a change without its webhook, with both values, the cause, and a timeline entry", async () => {
    const id = await buyActive();
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    const run = await compare();
    expect(run.repaired).toBe(1);
    const [difference] = await differences(id);
    expect(difference).toMatchObject({ kind: "drift", done: "repaired", error: null });
    expect(difference?.recorded).toEqual({ status: "Subscribed" });
    expect(difference?.truth).toEqual({ status: "Suspended" });
    expect(difference?.cause).toMatch(
      /^No webhook arrived since the subscription was last in sync: the webhook was lost/,
    );
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    const entry = rows.find((row) => row.kind === "subscription.suspended");
    expect(entry?.reason).toBe(`Found by reconciliation. ${difference?.cause}`);
    expect(entry?.actor.name).toBe("Reconciliation");
    expect((await compare()).repaired).toBe(0);
    expect(await differences(id)).toHaveLength(1);
  });

  test("a rejected webhook as the likely cause", async () => {
    const id = await buyActive();
    const { token } = await app.control<{ token: string }>("webhook-token", { key: "unknown" });
    const refused = await fetch(`${app.url}/webhooks/marketplace`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(refused.status).toBe(401);
    await eventually(async () => (await app.as("viewer").deliveries.rejected()).length > 0);
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    await compare();
    expect((await differences(id))[0]?.cause).toMatch(
      /answered with 401 \(unknown-key\) and may have been the webhook/,
    );
  });

  test("a stuck operation as the cause, and leaves a change to an operation in progress", async () => {
    const id = await buyActive();
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    const operation = await openOperation(id, "Suspend", { updatedAt: new Date() });
    expect((await compare()).repaired).toBe(0);
    expect((await find(id))?.status).toBe("Subscribed");
    await app.db
      .update(operations)
      .set({ stuckAt: new Date(), dueAt: null, lastError: "Microsoft said no." })
      .where(eq(operations.id, operation));
    expect((await compare()).repaired).toBe(1);
    expect((await differences(id))[0]?.cause).toMatch(/^The operation Suspend is stuck: Microsoft said no\.$/);
    // Microsoft has answered about it: it is settled.
    await eventually(async () => (await find(id))?.openOperations === 0);
  });

  test("what Microsoft changes without a webhook", async () => {
    const id = await buyActive();
    await app.db.update(subscriptions).set({ name: "an old name" }).where(eq(subscriptions.id, id));
    await compare();
    const [difference] = await differences(id);
    expect(difference?.recorded).toEqual({ name: "an old name" });
    expect(difference?.cause).toBe("Microsoft sends no webhook for changes of this kind.");
  });

  test("a subscription that Microsoft does not know: it is reported once, checked once an hour, and kept", async () => {
    const copied = await buyActive();
    const id = randomUUID();
    await copySubscription(copied, id);
    await app.control("calls", undefined, "DELETE");
    expect((await compare()).raised).toBe(1);
    expect(await differences(id)).toMatchObject([
      { kind: "missing", done: "raised", recorded: { status: "Subscribed" }, truth: null },
    ]);
    expect((await find(id))?.status).toBe("Subscribed");
    expect((await compare()).raised).toBe(0);
    expect(await calls("GET", new RegExp(id))).toHaveLength(1);
    await app.db.execute(sql`update subscription_listings set asked_at = now() - interval '2 hours'`);
    expect((await compare()).raised).toBe(0);
    expect(await calls("GET", new RegExp(id))).toHaveLength(2);
    await app.db.delete(subscriptions).where(eq(subscriptions.id, id));
  });

  test.each([
    ["a page", "<html><title>Not found</title></html>"],
    ["JSON", { statusCode: 404, message: "Resource not found" }],
    ["an error in words", { error: "no route" }],
    ["a message", { message: "no Route matched with those values" }],
    ["text", "404 page not found"],
  ])("no missing subscription if a gateway answers the look-up with %s and 404", async (_, body) => {
    const id = await buyActive();
    await app.control("faults", { target: `GET ${listPath}`, times: 1, body: { subscriptions: [] } });
    const target = `GET ^/api/saas/subscriptions/${id}$`;
    await app.control("faults", { target, status: 404, isForeign: true, body });
    expect(await compare()).toMatchObject({ raised: 0, failed: 1 });
    expect(await differences(id)).toMatchObject([
      { kind: "missing", done: "failed", error: expect.stringContaining("instead of Microsoft (404") as string },
    ]);
    await app.control("faults", undefined, "DELETE");
    expect((await compare()).failed).toBe(0);
  });

  test("a change of a subscription that is missing in the list", async () => {
    const id = await buyActive();
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    await app.control("faults", { target: `GET ${listPath}`, times: 1, body: { subscriptions: [] } });
    const run = await compare();
    expect(run).toMatchObject({ listed: 0, repaired: 1, raised: 0, failed: 0 });
    expect((await find(id))?.status).toBe("Suspended");
  });

  test("case 50: a purchase that waits too long, and reports it once", async () => {
    await app.control("clock", { advanceMs: -26 * dayMs });
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 2,
      purchaser: "ben",
    });
    await app.control("clock", { advanceMs: 26 * dayMs });
    expect((await compare()).raised).toBe(1);
    const [raised] = await differences(subscriptionId);
    expect(raised).toMatchObject({ kind: "pending_too_long", done: "raised" });
    expect(raised?.cause).toMatch(/bought 26 days ago/);
    expect((await compare()).raised).toBe(0);
  });

  test("an unknown status", async () => {
    const id = await buyActive();
    const { raw } = await app.marketplace.getSubscription(id);
    const subscription = { ...(raw as object), saasSubscriptionStatus: "Paused" };
    await app.control("faults", { target: `GET ${listPath}`, body: { subscriptions: [subscription] } });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, body: subscription });
    expect((await compare()).raised).toBe(1);
    const [difference] = await differences(id);
    expect(difference).toMatchObject({ kind: "unrecognised", done: "raised", truth: { unrecognisedStatus: "Paused" } });
    expect((await find(id))?.status).toBe("Subscribed");
  });

  test("the other differences if one row fails, and records the failure once", async () => {
    const failing = await buyActive();
    const other = await buyActive();
    await app.control(`subscriptions/${failing}/suspend`, { deliver: false });
    await app.control(`subscriptions/${other}/suspend`, { deliver: false });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${failing}$`, status: 500, body: "broken" });
    const run = await compare();
    expect(run).toMatchObject({ failed: 1, error: null });
    expect((await find(other))?.status).toBe("Suspended");
    expect((await find(failing))?.status).toBe("Subscribed");
    expect((await compare()).failed).toBe(1);
    expect(await differences(failing)).toMatchObject([
      {
        kind: "drift",
        done: "failed",
        cause: null,
        error: expect.stringMatching(/failed to carry out.*500/) as string,
      },
    ]);
    await app.control("faults", undefined, "DELETE");
    expect((await compare()).failed).toBe(0);
    expect((await find(failing))?.status).toBe("Suspended");
  });

  test("the same after Microsoft throttled its list: the run waits as long as requested", async () => {
    await app.control("calls", undefined, "DELETE");
    await app.control("faults", { target: `GET ${listPath}`, times: 1, status: 429, headers: { "retry-after": "2" } });
    const run = await compare();
    expect(run.error).toBeNull();
    const [first, second] = await calls("GET", /^\/api\/saas\/subscriptions\/?$/);
    expect(Date.parse(second?.at ?? "") - Date.parse(first?.at ?? "")).toBeGreaterThanOrEqual(1_990);
  });

  test("the same after a pause longer than a call can take: the run says why it waits, and keeps its position", async () => {
    const id = await buyActive();
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    await app.control("calls", undefined, "DELETE");
    const target = `GET ^/api/saas/subscriptions/${id}$`;
    await app.control("faults", { target, times: 1, status: 429, headers: { "retry-after": "9" } });
    const { runId } = await app.as("operator").reconcile.start();
    const waiting = await eventually(async () => {
      const { running } = await app.as("viewer").reconcile.status();
      return running?.error ? running : null;
    });
    expect(waiting.error).toMatch(/limits the rate of calls/);
    const run = await finished(runId, 18_000);
    expect(run).toMatchObject({ failed: 0, error: null });
    expect(run.repaired).toBe(1);
    const asked = await calls("GET", new RegExp(`${id}$`));
    expect(Date.parse(asked[1]?.at ?? "") - Date.parse(asked[0]?.at ?? "")).toBeGreaterThanOrEqual(8_990);
  });

  test("an open operation that a worker has claimed for too long, which then settles", async () => {
    const id = await buyActive();
    const { operationId } = await app.control<{ operationId: string }>(`subscriptions/${id}/change-quantity`, {
      quantity: 9,
      deliver: false,
    });
    const longAgo = new Date(Date.now() - 6 * 60_000);
    const claim = { claimedBy: "a worker that lives", claimedAt: longAgo, dueAt: longAgo, updatedAt: longAgo };
    const living = await app.db.$client.connect();
    try {
      await living.query("select pg_advisory_lock(77201, hashtext($1))", [claim.claimedBy]);
      await openOperation(id, "ChangeQuantity", { marketplaceId: operationId, quantity: 9, ...claim });
      expect((await compare()).revived).toBe(1);
      await eventually(async () => (await find(id))?.quantity === 9);
      expect((await compare()).revived).toBe(0);
    } finally {
      living.release(true);
    }
  });

  test("nothing to do for a subscription that is in sync, and records differences for staff too", async () => {
    const id = await buyActive();
    const refresh = () => app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect(await refresh()).toEqual({ changed: false });
    expect(await differences(id)).toEqual([]);
    await app.control(`subscriptions/${id}/suspend`, { deliver: false });
    expect(await refresh()).toEqual({ changed: true });
    expect(await differences(id)).toMatchObject([{ kind: "drift", runId: null, done: "repaired" }]);
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.find((row) => row.kind === "subscription.suspended")?.actor.name).toBe("Test operator");
  });

  test("differences that cannot be rewritten", async () => {
    await expect(app.db.execute(sql`delete from differences`)).rejects.toThrow();
    const { rows } = await app.as("viewer").reconcile.differences({ kind: "drift" });
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.every((row) => row.kind === "drift")).toBe(true);
  });

  test("stuck changes of ours to an ended subscription, which then end without a call", async () => {
    const id = await buyActive();
    const stuck = { source: "Partner", stage: "requested", marketplaceId: null, dueAt: null, attempts: 480 };
    const longAgo = new Date(Date.now() - 60 * 60_000);
    const of = (values: object) => ({ ...stuck, stuckAt: longAgo, lastError: "Microsoft refused.", ...values });
    await openOperation(id, "Unsubscribe", of({}));
    await openOperation(id, "ChangePlan", of({ planId: "business" }));
    await openOperation(id, "ChangeQuantity", of({ quantity: 9, sentAt: longAgo }));
    await app.control("calls", undefined, "DELETE");
    await compare();
    const open = async () => (await find(id))?.openOperations;
    expect(await open()).toBe(3);
    await app.control(`subscriptions/${id}/unsubscribe`, { deliver: false });
    await compare();
    await eventually(async () => (await open()) === 0);
    expect((await find(id))?.operations).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "Unsubscribe", outcome: "succeeded", lastError: null }),
        ...["ChangePlan", "ChangeQuantity"].map((action) =>
          expect.objectContaining({ action, outcome: "failed", lastError: expect.stringContaining("has ended") }),
        ),
      ]),
    );
    expect([...(await calls("PATCH", new RegExp(id))), ...(await calls("DELETE", new RegExp(id)))]).toEqual([]);
  });

  test("how long it is until the next start: the full ten minutes", async () => {
    const { nextAt, last, running } = await app.as("viewer").reconcile.status();
    expect(Date.parse(nextAt) % 600_000).toBe(0);
    expect(Date.parse(nextAt)).toBeGreaterThan(Date.now());
    expect(last?.finishedAt).not.toBeNull();
    expect(running).toBeNull();
  });

  async function openOperation(subscriptionId: string, action: string, values: object): Promise<string> {
    const id = newId();
    const now = new Date();
    await app.db.insert(operations).values({
      id,
      subscriptionId,
      action,
      source: "Azure",
      stage: "received",
      marketplaceId: randomUUID(),
      actorKind: "marketplace",
      actorName: "Microsoft",
      // No worker claims it during the test.
      dueAt: new Date(now.getTime() + 3_600_000),
      createdAt: now,
      updatedAt: now,
      ...values,
    });
    return id;
  }

  async function copySubscription(from: string, id: string): Promise<void> {
    const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, from));
    if (!row) throw new Error("there is nothing to copy");
    const { searchText: _, ...columns } = getTableColumns(subscriptions);
    const names = new Set(Object.keys(columns));
    const copy = Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
    await app.db.insert(subscriptions).values({ ...(copy as typeof row), id, createdAt: new Date(0) });
  }
});

/** The app as a process of its own over the same database and sandbox; the returned function kills it. */
async function startProcess(app: TestApp): Promise<() => Promise<void>> {
  const { entra, marketplaceApiUrl, url } = app.sandbox;
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "marketdesk-test-"));
  const script = `
    const { readConfig } = await import("./server/config.ts");
    const { startApp } = await import("./server/compose.ts");
    const { pino } = await import("pino");
    await startApp(readConfig(process.env), { log: pino({ level: "silent" }), dashboard: () => {} });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: "ignore",
    env: {
      ...process.env,
      PORT: String(await freePort()),
      DATABASE_URL: app.databaseUrl,
      DATA_DIR: dataDir,
      MARKETPLACE_API_URL: marketplaceApiUrl,
      SESSION_SECRET: "a secret of the tests, as long as secrets must be",
      ENTRA_AUTHORITY: url,
      ENTRA_TENANT_ID: entra.tenantId,
      ENTRA_CLIENT_ID: entra.clientId,
      ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : "",
    },
  });
  return async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
