/** The sample's past: played at a first start through the same wire and the same engine, so that a new desk has something to tell. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { and, eq, gte, isNull, like, lte, ne, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import { verifyRecordForAWhile } from "../../server/commands/upkeep/verify-record.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { alarms } from "../../server/database/schema/alarms.ts";
import { bulkRuns } from "../../server/database/schema/bulk-runs.ts";
import { webhookDeliveries } from "../../server/database/schema/deliveries.ts";
import { dailyStates } from "../../server/database/schema/figures.ts";
import { operations, operationSteps } from "../../server/database/schema/operations.ts";
import { confirmations } from "../../server/database/schema/product.ts";
import { subscriptions as s } from "../../server/database/schema/subscriptions.ts";
import { findNeed } from "../../server/needs/read-needs.ts";
import { startApp } from "../../server/compose.ts";
import { controlOf, eventually, quiet } from "../support/app.ts";
import { createTestDatabase, longTimeouts } from "../support/database.ts";

const dayMs = 86_400_000;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataDir: string;
let connection: ReturnType<typeof createDatabase>;
let app: Awaited<ReturnType<typeof startApp>>;
let cutOff: Awaited<ReturnType<typeof stored>>;
let statusBefore: number;
const begunAt = Date.now();

const start = () =>
  startApp(readConfig({ PORT: "0", SANDBOX_PORT: "0", DATABASE_URL: database.url, DATA_DIR: dataDir }), {
    log: quiet,
    dashboard: () => {},
  });
const control = <Answer>(act: string) => controlOf(app.sandboxUrl ?? "")<Answer>(act);
const db = () => connection.db;
const stored = async () =>
  JSON.parse(await readFile(path.join(dataDir, "sandbox.json"), "utf8")) as {
    replay: { until: number; next: number } | null;
    clockOffsetMs: number;
  };

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-test-"));
  connection = createDatabase({ url: database.url, name: "test", max: 3, ...longTimeouts, log: quiet });
  // A first start that is stopped during the sample history, and one that continues it.
  app = await start();
  await eventually(async () => ((await stored()).replay?.next ?? 0) > 12, 30_000);
  await app.stop();
  cutOff = await stored();
  app = await start();
  statusBefore = (await fetch(`${app.url}/readyz`)).status;
  await app.ready;
});

afterAll(async () => {
  await app.stop();
  await connection.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const daysAgo = (days: number) => new Date(begunAt - days * dayMs);

describe("a first start with the sandbox", () => {
  test("continues an interrupted sample history, and is not ready before its end", () => {
    expect(cutOff.replay?.next).toBeGreaterThan(12);
    expect(cutOff.clockOffsetMs).toBeLessThan(-20 * dayMs);
    expect(statusBefore).toBe(503);
  });

  test("is ready after the sample history, with both sides at the present time", async () => {
    expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
    expect(Math.abs((await control<{ offsetMs: number }>("clock")).offsetMs)).toBeLessThan(1_000);
    await eventually(async () => (await stored()).replay === null);
    expect(await db().select().from(alarms)).toEqual([]);
  });

  test("has eight weeks: no webhook, call or entry after the start, and each week has its own", async () => {
    const range = await db()
      .select({
        first: sql<string>`min(at)`,
        weeks: sql<number>`count(distinct date_trunc('week', at))::int`,
        hours: sql<number>`count(distinct date_part('hour', at))::int`,
      })
      .from(activity);
    expect(new Date(range[0]?.first ?? 0).getTime()).toBeLessThan(daysAgo(55).getTime());
    expect(range[0]?.weeks).toBeGreaterThanOrEqual(8);
    expect(range[0]?.hours).toBeGreaterThanOrEqual(10);
    const received = await db().select().from(webhookDeliveries);
    expect(received.length).toBeGreaterThan(60);
    // The webhook of our own change is not a first delivery: its id is known from the response.
    expect(received.filter(({ outcome }) => outcome === "unprocessable")).toEqual([]);
    const [newest] = received.map(({ receivedAt }) => receivedAt.getTime()).toSorted((a, b) => b - a);
    expect(newest).toBeLessThan(begunAt);
    const steps = await db().select().from(operationSteps);
    const calls = steps.flatMap(({ calls: made }) => made ?? []) as { at?: string }[];
    expect(calls.length).toBeGreaterThan(100);
    const old = calls.filter(({ at }) => at !== undefined && new Date(at) < daysAgo(1));
    expect(old.length).toBeGreaterThan(calls.length / 2);
  });

  test("has ids that match its times, so that lists find a span", async () => {
    for (const [table, at] of [
      ["activity", "at"],
      ["operations", "created_at"],
      ["webhook_deliveries", "received_at"],
      ["operation_steps", "ended_at"],
    ] as const) {
      const { rows } = await db().execute(
        sql.raw(`select id from ${table} where abs(extract(epoch from uuid_extract_timestamp(id) - ${at})) > 60`),
      );
      expect(rows, table).toEqual([]);
    }
  });

  test("leaves nothing in progress, and its hash chain is intact", async () => {
    expect(await db().select().from(operations).where(ne(operations.stage, "settled"))).toEqual([]);
    expect(await db().select({ state: bulkRuns.state }).from(bulkRuns)).toEqual([{ state: "finished" }]);
    await verifyRecordForAWhile({ db: db(), now: () => new Date(), log: quiet } as never);
    expect(await db().select().from(activity).where(eq(activity.kind, "record.broken"))).toEqual([]);
  });

  test("has nothing twice although the sample history was interrupted", async () => {
    const names = await db().select({ name: s.name }).from(s);
    const twice = [...Map.groupBy(names, ({ name }) => name)].filter(([, rows]) => rows.length > 1);
    expect(twice.map(([name]) => name)).toEqual([]);
    const keys = await db().select().from(activity).where(eq(activity.kind, "api_key.made"));
    expect(keys).toHaveLength(1);
  });
});

describe("the sample history answers", () => {
  test("why a customer is suspended: by Microsoft with the days left, and by staff with their note", async () => {
    const suspended = await db().select().from(s).where(eq(s.status, "Suspended"));
    expect(suspended.map(({ name }) => name).toSorted()).toEqual([
      "Coho Vineyard Vault",
      "First Up Consultants Insight",
      "Lucerne Publishing Insight",
      "Nod Publishers Vault",
    ]);
    const [onHold] = await db()
      .select()
      .from(activity)
      .where(and(eq(activity.kind, "subscription.held"), gte(activity.at, daysAgo(5))));
    expect(onHold).toMatchObject({ actorName: "Omar Haddad", reason: expect.stringContaining("ticket 4231") });
  });

  test("who changed the plan last week, and why", async () => {
    const changes = await db()
      .select()
      .from(activity)
      .where(
        and(eq(activity.kind, "subscription.plan_changed"), gte(activity.at, daysAgo(8)), lte(activity.at, daysAgo(3))),
      );
    const byStaff = changes.filter(({ actorKind }) => actorKind === "staff");
    expect(byStaff.map(({ actorName }) => actorName).toSorted()).toEqual(["Amira Dawson", "Omar Haddad"]);
    expect(byStaff.every(({ reason }) => (reason ?? "").length > 10)).toBe(true);
    expect(changes.some(({ actorKind }) => actorKind === "marketplace")).toBe(true);
  });

  test("which purchases lapse this week, at least one", async () => {
    const pending = await db().select().from(s).where(eq(s.status, "PendingFulfillmentStart"));
    const thisWeek = pending.filter(({ purchasedAt }) => (purchasedAt ?? new Date()) < daysAgo(23));
    expect(thisWeek.map(({ name }) => name).toSorted()).toEqual([
      "Lucerne editors",
      "Munson’s second shop",
      "Woodgrove branch pilot",
    ]);
    const [lapsed] = await db().select().from(s).where(eq(s.name, "First Up second office"));
    expect(lapsed?.status).toBe("Unsubscribed");
  });

  test("what Microsoft sent at 14:03", async () => {
    const sent = await db()
      .select({ at: webhookDeliveries.receivedAt, action: webhookDeliveries.action })
      .from(webhookDeliveries)
      .where(gte(webhookDeliveries.receivedAt, daysAgo(2)));
    expect(sent.filter(({ at }) => at.toISOString().slice(11, 16) === "14:03").map(({ action }) => action)).toEqual([
      "ChangeQuantity",
    ]);
  });

  test("and has rejections, a failure, a lost webhook that reconciliation found, and a trial that became paid", async () => {
    const kinds = async (kind: string) => db().select().from(activity).where(eq(activity.kind, kind));
    expect(await kinds("operation.rejected")).toHaveLength(1);
    expect((await kinds("operation.failed"))[0]?.summary).toContain("billing account");
    expect(await kinds("subscription.trial_ended")).not.toEqual([]);
    expect((await kinds("subscription.reinstated")).length).toBeGreaterThan(0);
    const [lamna] = await db().select().from(s).where(like(s.name, "Lamna Healthcare Insight"));
    expect(lamna?.quantity).toBe(95);
    const days = await db().selectDistinct({ day: dailyStates.day }).from(dailyStates);
    expect(days.length).toBeGreaterThanOrEqual(56);
  });
});

describe("the sample product", () => {
  test("has confirmed what it provisioned, except for one change that it missed", async () => {
    const rows = await db()
      .select({ name: s.name, status: s.status, confirmation: confirmations })
      .from(s)
      .leftJoin(confirmations, eq(confirmations.subscriptionId, s.id));
    const unconfirmed = rows.filter(
      ({ status, confirmation }) => confirmation === null && ["Subscribed", "Suspended"].includes(status),
    );
    expect(unconfirmed).toEqual([]);
    const differing = rows.filter(({ confirmation }) => confirmation?.differsSince);
    expect(differing.map(({ name }) => name)).toEqual(["Fourth Coffee Insight"]);
    const [{ id } = { id: "" }] = await db().select({ id: s.id }).from(s).where(eq(s.name, "Fourth Coffee Insight"));
    expect(await findNeed(db(), new Date(), "product_differs", id)).not.toBeNull();
    expect(await db().select().from(confirmations).where(isNull(confirmations.reference))).toEqual([]);
  });
});

test("is followed by the usage of a day, which is billed without a question to staff", async () => {
  const { rows: reported } = await db().execute<{ count: number }>(
    sql`select count(*)::int as count from usage_events`,
  );
  expect(reported[0]?.count).toBeGreaterThan(100);
  await eventually(async () => {
    const { rows } = await db().execute<{ billed: number; waiting: number; rest: number }>(sql`select
      count(*) filter (where state = 'accepted')::int as billed, count(*) filter (where state = 'waiting')::int as waiting,
      count(*) filter (where state not in ('collecting', 'waiting', 'included', 'accepted'))::int as rest from usage_slots`);
    return (rows[0]?.billed ?? 0) > 100 && rows[0]?.waiting === 0 && rows[0].rest === 0;
  }, 150_000);
});

test("is not replayed by a second start", async () => {
  const [before] = await db()
    .select({ count: sql<number>`count(*)::int` })
    .from(activity);
  await app.stop();
  app = await start();
  await app.ready;
  const [after] = await db()
    .select({ count: sql<number>`count(*)::int` })
    .from(activity);
  expect(after?.count).toBe(before?.count);
});
