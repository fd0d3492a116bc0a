/** Alarms: staff see what is wrong with an instance until it is fixed. */
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyRecordForAWhile } from "../../server/commands/upkeep/verify-record.ts";
import { setAlarm } from "../../server/database/writes/alarms.ts";
import { createHealthRoutes } from "../../server/http/health.ts";
import type { ConnectionLineView } from "../../shared/views/connection.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const alarms = async () => (await app.as("viewer").needs.list({})).needs.filter(({ kind }) => kind === "alarm");
const lineOf = async (name: RegExp): Promise<ConnectionLineView | undefined> =>
  (await app.as("operator").connection.check()).groups
    .flatMap(({ lines }) => lines)
    .find((line) => name.test(line.name));
const metric = async (name: string) => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(name));
};

describe("an alarm", () => {
  const since = new Date("2026-03-01T14:03:00Z");
  const alarm = { what: "The clock of one is 45 s ahead", remedy: "Set it by a time server.", since };

  test("appears once under Needs attention for all instances, and with its time on the connection page", async () => {
    expect(await alarms()).toEqual([]);
    expect(await lineOf(/^Alarm/)).toMatchObject({ state: "ok", value: "none" });
    await setAlarm(app.db, "clock", "one:3000", alarm);
    await setAlarm(app.db, "clock", "two:3000", { ...alarm, what: "The clock of two is 50 s ahead" });
    expect(await eventually(async () => (await alarms()).length === 1 && alarms())).toEqual([
      expect.objectContaining({
        id: "clock",
        what: alarm.what,
        rule: alarm.remedy,
        place: "/settings/connection",
        subscriptionId: null,
      }),
    ]);
    expect(await lineOf(/^Alarm: clock, one:3000/)).toMatchObject({
      state: "wrong",
      value: alarm.what,
      at: since.toISOString(),
    });
    expect(await metric("marketdesk_alarms{")).toContain(`{kind="clock"} 2`);
  });

  test("can be snoozed, and ends when it is resolved or no longer repeated", async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await app
      .as("operator")
      .needs.snooze({ kind: "alarm", id: "clock", until, reason: "The time server is being set up" });
    await eventually(async () => (await alarms()).length === 0);
    await app.as("operator").needs.unsnooze({ kind: "alarm", id: "clock" });
    await eventually(async () => (await alarms()).length === 1);
    await setAlarm(app.db, "clock", "one:3000", null);
    await app.db.execute(sql`update alarms set seen_at = now() - interval '4 minutes'`);
    await eventually(async () => (await alarms()).length === 0);
  });
});

test("is raised by readiness, metrics and needs when Microsoft does not answer, and ends when it does", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 5,
      purchaser: "ada",
      autoActivate: true,
    });
    ids.push(subscriptionId);
  }
  const unsettled = async () =>
    (await app.as("viewer").operations.list({})).rows.filter(({ stage }) => stage !== "settled");
  await eventually(
    async () => (await app.as("viewer").operations.list({})).rows.length >= 6 && (await unsettled()).length === 0,
  );
  await app.control("faults", { target: "* /api", status: 503 });
  for (const id of ids) await app.control(`subscriptions/${id}/renew`, {});
  await eventually(async () =>
    (await (await fetch(`${app.url}/readyz`)).text()).includes("Microsoft has not responded since"),
  );
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  expect(Number((await metric("marketdesk_marketplace_away_seconds"))?.split(" ")[1])).toBeGreaterThan(0);
  expect(await eventually(async () => (await alarms())[0], 15_000)).toMatchObject({
    id: "away",
    what: expect.stringMatching(/^Microsoft does not respond$|^The Marketplace responds with errors \(503\)$/),
  });
  const waiting = await eventually(async () =>
    (await unsettled()).find(({ lastError }) => lastError?.includes("does not respond at the moment")),
  );
  const [row] = (
    await app.db.execute<{ attempts: number }>(sql`select attempts from operations where id = ${waiting.id}`)
  ).rows;
  expect(row?.attempts).toBeLessThan(6);
  await app.control("faults", undefined, "DELETE");
  await eventually(async () => (await unsettled()).length === 0, 40_000);
  expect(await (await fetch(`${app.url}/readyz`)).text()).toBe("ready");
  await eventually(async () => (await alarms()).length === 0, 15_000);
});

test("has lasted since it began by the time that the app keeps, also while the clock of the host is wrong", async () => {
  const began = new Date("2026-03-01T14:00:00Z");
  const health = createHealthRoutes({
    db: app.db,
    publicUrl: app.url,
    isProduction: true,
    metricsToken: "token",
    isReady: () => true,
    readiness: { problem: async () => null },
    outage: () => ({ since: began, nextTryInMs: 1_000 }),
    accessProblems: () => [{ kind: "away", reason: null, status: 503, since: began }],
    clock: () => ({ database: null, microsoft: null }),
    now: () => new Date("2026-03-01T14:01:30Z"),
    outbox: { attempts: () => [] },
  });
  const lines = (await (await health.request("/metrics", { headers: { authorization: "Bearer token" } })).text()).split(
    "\n",
  );
  expect(lines).toContain("marketdesk_marketplace_away_seconds 90");
  expect(lines).toContain('marketdesk_marketplace_problem_seconds{kind="away"} 90');
});

test("is raised if the clock differs from Microsoft's and the database's", async () => {
  const lines = await eventually(async () => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const found = text.split("\n").filter((line) => line.startsWith("marketdesk_clock_ahead_seconds{"));
    return found.length === 2 && found;
  });
  for (const line of lines) expect(Math.abs(Number(line.split(" ")[1]))).toBeLessThan(3);
});

test("is raised within one verification if the audit trail was changed from outside, and the page says so", async () => {
  const messages: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void messages.push(line) });
  const verify = () => verifyRecordForAWhile({ db: app.db, marketplace: app.marketplace, now: () => new Date(), log });
  // The app verifies too, each minute, and may have taken the day's anchor.
  await app.db.execute(sql`update record_checks set anchored_on = null`);
  await verify();
  expect(messages.join("")).toContain("today's anchor of the audit trail");
  expect(await lineOf(/^Audit trail/)).toMatchObject({
    state: "ok",
    value: expect.stringMatching(/^\d+ entries/),
  });
  await app.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(
      sql`update activity set summary = 'nothing happened' where id = (select min(id::text)::uuid from activity)`,
    );
  });
  await verify();
  expect(await eventually(async () => (await alarms())[0])).toMatchObject({ id: "record" });
  expect(await lineOf(/^Audit trail/)).toMatchObject({
    state: "wrong",
    remedy: expect.stringContaining("was edited"),
  });
});
