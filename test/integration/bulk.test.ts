/** Changes of many subscriptions: the dry run, the run, and what stops it. */
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, type Day, dayFrom, utcDayOf } from "../../shared/day.ts";
import type { BulkAction, BulkRunFilters, BulkTarget } from "../../shared/bulk.ts";
import { usualColumns } from "../../shared/columns.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { bulkRows, bulkRuns } from "../../server/database/schema/bulk-runs.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { removeDue } from "../../server/database/writes/retention-sweep.ts";
import { workBulk } from "../../server/commands/bulk/work-bulk.ts";
import type { Call } from "../../server/marketplace/call.ts";
import { errorOfAnswer, errorOfPause } from "../../server/marketplace/failures.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { approved } from "../support/second-admin.ts";

let app: TestApp;
let ids: string[];

/** The test's callers never sign in, but a run checks the role of its owner. */
async function signedIn(role: "operator" | "admin", as: "viewer" | "operator" | "admin" = role): Promise<void> {
  const at = new Date();
  const person = { tenantId: "tenant", objectId: role, name: `Test ${role}`, role: as };
  await app.db
    .insert(staff)
    .values({ ...person, firstSeenAt: at, lastSignInAt: at })
    .onConflictDoUpdate({ target: [staff.tenantId, staff.objectId], set: { role: as, disabledAt: null } });
}

beforeAll(async () => {
  app = await startTestApp();
  await signedIn("operator");
  await signedIn("admin");
  ids = await Promise.all(["One", "Two", "Three"].map((name) => app.buyActive({ name })));
});
afterAll(() => app?.stop());

const answer429 = () =>
  errorOfAnswer(
    { name: "Get subscription", method: "GET", path: [], effect: "none" },
    { requestId: "r", correlationId: "c", mayHaveHappened: false, signal: undefined },
    { status: 429, headers: { "retry-after": "1" } },
    "",
    [],
    new Date(),
  );
const bulk = (role: "viewer" | "operator" | "admin" = "operator") => app.as(role).bulk;
const get = (id: string) => app.as("viewer").subscriptions.get({ id });
const plan = async (action: BulkAction, target: BulkTarget = { ids }) => (await bulk().plan({ action, target })).id;
const rowsOf = async (id: string) => (await bulk("viewer").rows({ id })).rows;
const finished = (id: string) =>
  eventually(async () => {
    const run = await bulk("viewer").get({ id });
    return (run.state === "finished" || run.state === "stopped") && run;
  });
const recordOf = (id: string) => app.db.select().from(activity).where(eq(activity.bulkRunId, id)).orderBy(activity.id);

describe("the dry run", () => {
  test("says for each subscription what would happen, or why not, and changes nothing", async () => {
    const pending = await app.buy({ name: "Pending" });
    const id = await plan(
      { kind: "changeQuantity", quantity: 5, reason: "the same seats" },
      { ids: [...ids, pending, "no such"] },
    );
    const rows = await rowsOf(id);
    expect(rows).toHaveLength(4);
    expect(rows.find((row) => row.subscriptionId === pending)).toMatchObject({
      state: "refused",
      plan: "This subscription is not active yet. Activate it first.",
      subscriptionName: "Pending",
    });
    expect(rows.find((row) => row.subscriptionId === ids[0])).toMatchObject({
      state: "refused",
      plan: "The subscription already has 5 seats.",
    });
    await expect(bulk().start({ id })).rejects.toThrow(
      "The action is not possible for any of these subscriptions now.",
    );
    const more = await plan({ kind: "changeQuantity", quantity: 8, reason: "more seats" });
    expect(await rowsOf(more)).toMatchObject(ids.map(() => ({ state: "ready", plan: "Seats: 5 → 8.", result: null })));
    expect(await bulk("viewer").get({ id: more })).toMatchObject({
      state: "planned",
      title: "Change seats to 8",
      byName: "Test operator",
      total: 3,
      counts: { ready: 3, refused: 0, done: 0, failed: 0 },
    });
    expect(await get(ids[0] ?? "")).toMatchObject({ quantity: 5 });
    expect(await recordOf(more)).toMatchObject([
      { kind: "bulk.planned", source: "bulk", actorName: "Test operator", reason: "more seats" },
    ]);
  });

  test("selects by the same filters as the list", async () => {
    const id = await plan({ kind: "refresh" }, { filters: { q: "two", status: "Subscribed" } });
    expect((await rowsOf(id)).map((row) => row.subscriptionId)).toEqual([ids[1]]);
    expect((await bulk("viewer").list({})).rows[0]).toMatchObject({ id, filters: { q: "two", status: "Subscribed" } });
    expect(await app.as("viewer").subscriptions.count({ q: "two" })).toEqual({ count: 1, isMore: false });
  });

  test("shows the new owner, and refuses someone who cannot be an owner", async () => {
    await signedIn("admin");
    const id = await plan({ kind: "assignOwner", owner: "tenant:admin" });
    expect((await rowsOf(id)).map((row) => row.plan)).toEqual(ids.map(() => "Owner: unassigned → Test admin."));
    await signedIn("admin", "viewer");
    await expect(plan({ kind: "assignOwner", owner: "tenant:admin" })).rejects.toThrow(
      "This colleague can no longer own subscriptions.",
    );
    await signedIn("admin");
  });

  test("accepts a reason code instead of a note, and refuses a code of another action", async () => {
    const codes = await app.as("viewer").reasons.list();
    const code = codes.find(({ actions, archived }) => archived === null && actions.includes("suspend"));
    const id = await plan({ kind: "suspend", reason: "", reasonCode: code?.id });
    expect(await bulk("viewer").get({ id })).toMatchObject({ action: { reason: code?.name, reasonCode: code?.id } });
    expect(await recordOf(id)).toMatchObject([{ kind: "bulk.planned", reason: code?.name, reasonCode: code?.id }]);
    await expect(plan({ kind: "suspend", reason: "", reasonCode: "no_such" })).rejects.toThrow(
      "This reason is no longer available.",
    );
  });

  test("A12: selects follow-ups that are due by the reader's day", async () => {
    const tomorrow = addDays(utcDayOf(Date.now()), 1);
    await app.as("operator").subscriptions.setFollowUp({ subscriptionId: ids[0] ?? "", on: tomorrow });
    const where = (day: Day) => app.as("operator", { today: day }).bulk;
    const due = { action: { kind: "refresh" }, target: { filters: { q: ids[0] ?? "", followUp: "due" } } } as const;
    await expect(where(utcDayOf(Date.now())).plan(due)).rejects.toThrow("no longer contains any subscriptions");
    const { id } = await where(tomorrow).plan(due);
    expect(await bulk("viewer").get({ id })).toMatchObject({ total: 1 });
  });

  test("is listed among runs, which can be filtered by person and state", async () => {
    const id = await plan({ kind: "refresh" });
    const idsOf = async (filters: BulkRunFilters, role: "viewer" | "operator" = "viewer") =>
      (await bulk(role).list(filters)).rows.map((run) => run.id);
    expect((await idsOf({ state: "planned" }))[0]).toBe(id);
    expect(await idsOf({ state: "running" })).toEqual([]);
    expect((await idsOf({ owner: "me" }, "operator"))[0]).toBe(id);
    expect(await idsOf({ owner: "me" })).toEqual([]);
    expect((await bulk("viewer").list({})).rows[0]).toMatchObject({ counts: { ready: 3, done: 0 }, isMine: false });
  });

  test.each<[BulkAction, BulkTarget, string]>([
    [{ kind: "changeTags", add: [], remove: [] }, { ids: ["a"] }, "Enter a tag to add or to remove."],
    [{ kind: "setFollowUp", on: dayFrom("2020-01-01") }, { ids: ["a"] }, "Choose today or a later day."],
    [{ kind: "refresh" }, { ids: ["no such"] }, "This selection no longer contains any subscriptions."],
    [{ kind: "suspend", reason: "x" }, { ids: ["a"] }, "Choose a reason, or write one of at least 3 characters"],
  ])("with %j is refused with a message", async (action, target, message) => {
    await expect(plan(action, target)).rejects.toThrow(message);
  });

  test("is refused for more subscriptions than a run can have", async () => {
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at)
      select 'many-' || n, 'Many', 'insight', 'team', 'Unsubscribed', now(), 'reconcile', now(), now(), now() from generate_series(1, 10001) n`);
    await expect(plan({ kind: "refresh" }, { filters: { status: "Unsubscribed" } })).rejects.toThrow(
      "more than 10,000 subscriptions",
    );
    expect(await app.as("viewer").subscriptions.count({ status: "Unsubscribed" })).toEqual({
      count: 10_000,
      isMore: true,
    });
    await app.db.execute(sql`delete from subscriptions where id like 'many-%'`);
  });
});

describe("a bulk run", () => {
  test("does the same as single changes, and is recorded as their cause", async () => {
    const id = await plan({ kind: "suspend", reason: "invoices are overdue" });
    await bulk().start({ id });
    expect(await finished(id)).toMatchObject({ state: "finished", counts: { ready: 0, done: 3, failed: 0 } });
    for (const one of ids)
      expect(await get(one)).toMatchObject({ hold: { reason: "invoices are overdue", byName: "Test operator" } });
    const record = await recordOf(id);
    expect(record.map(({ kind }) => kind).filter((kind) => kind !== "subscription.held")).toEqual([
      "bulk.planned",
      "bulk.started",
      "bulk.finished",
    ]);
    expect(record.filter(({ kind }) => kind === "subscription.held")).toHaveLength(3);
    expect(new Set(record.map(({ actorName }) => actorName))).toEqual(new Set(["Test operator"]));
    expect((await app.as("viewer").activity.list({ run: id })).rows[0]).toMatchObject({
      kind: "bulk.finished",
      source: "bulk",
      bulkRunId: id,
      summary: "Suspend access: 3 completed, 0 failed, 0 skipped",
    });
    const back = await plan({ kind: "reinstate", reason: "all is paid" });
    await bulk().start({ id: back });
    await finished(back);
    expect((await get(ids[0] ?? "")).hold).toBeNull();
  });

  test("calls Microsoft, and follows each operation", async () => {
    const id = await plan({ kind: "changeQuantity", quantity: 9, reason: "all of them grow" });
    await bulk().start({ id });
    await finished(id);
    await eventually(async () => (await bulk("viewer").get({ id })).inProgress === 0);
    expect(await rowsOf(id)).toMatchObject(
      ids.map(() => ({
        state: "done",
        result: "Requested from Microsoft.",
        operation: { stage: "settled", outcome: "succeeded" },
      })),
    );
    for (const one of ids) expect(await get(one)).toMatchObject({ quantity: 9 });
  });

  test("changes owner, tags, follow-up and plan, and refreshes", async () => {
    const actions: BulkAction[] = [
      { kind: "assignOwner", owner: "me" },
      { kind: "changeTags", add: ["Vip"], remove: ["none"] },
      { kind: "setFollowUp", on: dayFrom("2999-01-01") },
      { kind: "changePlan", planId: "business", reason: "they asked for it" },
      { kind: "refresh" },
    ];
    // Plans have no name on record until Microsoft was first asked for them.
    await app.as("operator").subscriptions.askPlans({ id: ids[0] ?? "" });
    for (const action of actions) {
      const id = await plan(JSON.parse(JSON.stringify(action)) as BulkAction);
      await bulk().start({ id });
      expect(await finished(id), action.kind).toMatchObject({ counts: { done: 3, failed: 0 } });
      await eventually(async () => (await bulk("viewer").get({ id })).inProgress === 0);
    }
    for (const one of ids)
      expect(await get(one)).toMatchObject({
        ownerName: "Test operator",
        tags: ["vip"],
        followUpOn: "2999-01-01",
        planId: "business",
      });
  });

  test("leaves what was changed after its dry run, and does so for owner, follow-up, plan and seats", async () => {
    const one = await app.buyActive({ name: "Changed since" });
    const { subscriptions } = app.as("operator");
    await subscriptions.assignOwner({ subscriptionId: one, owner: "me" });
    await subscriptions.askPlans({ id: one });
    const actions: BulkAction[] = [
      { kind: "assignOwner", owner: null },
      { kind: "setFollowUp", on: dayFrom("2999-01-01") },
      { kind: "changePlan", planId: "business", reason: "they asked for it" },
      { kind: "changeQuantity", quantity: 9, reason: "they asked for it" },
    ];
    const runs: string[] = [];
    for (const action of actions) runs.push(await plan(action, { ids: [one] }));
    await app.as("admin").subscriptions.assignOwner({ subscriptionId: one, owner: "me" });
    await subscriptions.setFollowUp({ subscriptionId: one, on: dayFrom("2999-03-03") });
    await app.control(`subscriptions/${one}/change-plan`, { planId: "business-annual" });
    await eventually(async () => (await get(one)).planId === "business-annual");
    await app.control(`subscriptions/${one}/change-quantity`, { quantity: 20 });
    await eventually(async () => (await get(one)).quantity === 20 && (await get(one)).openOperations === 0);
    for (const id of runs) {
      await bulk().start({ id });
      expect(await finished(id)).toMatchObject({ counts: { done: 0, failed: 1 } });
      expect((await rowsOf(id))[0]?.result).toContain("was changed after the dry run");
    }
    expect(await get(one)).toMatchObject({
      ownerName: "Test admin",
      followUpOn: "2999-03-03",
      planId: "business-annual",
      quantity: 20,
    });
  });

  test("carries out each row once, even with repeated and simultaneous workers", async () => {
    const id = await plan({ kind: "suspend", reason: "twice at a time" });
    await app.stopApp();
    await bulk().start({ id });
    const ctx = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet };
    const killed = new AbortController();
    killed.abort();
    expect(await workBulk(ctx, id, killed.signal)).toEqual({ isDone: false, runAt: null });
    await Promise.all([workBulk(ctx, id, undefined), workBulk(ctx, id, undefined)]);
    await workBulk(ctx, id, undefined);
    const record = await recordOf(id);
    expect(record.filter(({ kind }) => kind === "subscription.held")).toHaveLength(3);
    expect(record.filter(({ kind }) => kind === "bulk.finished")).toHaveLength(1);
    await app.startApp();
    const back = await plan({ kind: "reinstate", reason: "second try" });
    await bulk().start({ id: back });
    await finished(back);
  });

  test("pauses for as long as Microsoft asks, also while it lists plans, and leaves the rows as they are", async () => {
    await app.stopApp();
    const at = new Date();
    const pause = errorOfPause({ name: "list" } as Call, { requestId: "r", correlationId: "c" }, 7_000);
    const isPaused = () => Promise.reject(pause);
    const marketplace = { ...app.marketplace, listAvailablePlans: isPaused, getSubscription: isPaused };
    const ctx = { db: app.db, now: () => at, log: quiet };
    for (const action of [{ kind: "changePlan", planId: "team", reason: "smaller" }, { kind: "refresh" }] as const) {
      const id = await plan(action);
      await bulk().start({ id });
      expect(await workBulk({ ...ctx, marketplace }, id, undefined), action.kind).toEqual({
        isDone: false,
        runAt: new Date(at.getTime() + 7_000),
      });
      expect(await bulk("viewer").get({ id })).toMatchObject({ state: "running", counts: { ready: 3, failed: 0 } });
      expect(await workBulk({ ...ctx, marketplace: app.marketplace }, id, undefined)).toMatchObject({ isDone: true });
      expect(await bulk("viewer").get({ id })).toMatchObject({ state: "finished", counts: { done: 3, failed: 0 } });
    }
    await app.startApp();
    await eventually(async () => (await Promise.all(ids.map(get))).every(({ planId }) => planId === "team"));
  });

  test.each([
    ["is stopped", (id: string) => bulk("admin").stop({ id }), "Stopped by Test admin."],
    [
      "has an owner who is blocked",
      () => app.db.update(staff).set({ disabledAt: new Date() }).where(eq(staff.objectId, "operator")),
      "Test operator has been blocked.",
    ],
    [
      "has an owner who loses access in Entra",
      () => app.db.update(staff).set({ accessLostAt: new Date() }).where(eq(staff.objectId, "operator")),
      "Test operator lost access in Microsoft Entra.",
    ],
    [
      "has an owner with a lower role",
      () => signedIn("operator", "viewer"),
      "Test operator has the role viewer now, which does not permit this action.",
    ],
  ])("leaves the rows that it had begun to prepare when it %s", async (_what, end, stopReason) => {
    await app.stopApp();
    const id = await plan({ kind: "refresh" });
    await bulk().start({ id });
    let ended: Promise<unknown> | null = null;
    const marketplace = {
      ...app.marketplace,
      async getSubscription(one: string) {
        await (ended ??= Promise.resolve(end(id)));
        return app.marketplace.getSubscription(one);
      },
    };
    const ctx = { db: app.db, now: () => new Date(), log: quiet, marketplace };
    expect(await workBulk(ctx, id, undefined)).toEqual({ isDone: true, runAt: null });
    expect(await bulk("viewer").get({ id })).toMatchObject({ state: "stopped", stopReason, counts: { ready: 3 } });
    await app.db.update(staff).set({ accessLostAt: null }).where(eq(staff.objectId, "operator"));
    await signedIn("operator");
    await bulk().start({ id });
    expect(await workBulk(ctx, id, undefined)).toEqual({ isDone: true, runAt: null });
    expect(await bulk("viewer").get({ id })).toMatchObject({ state: "finished", counts: { done: 3 } });
    await app.startApp();
  });

  test("is not slowed down by a row for which Microsoft always asks for a pause: it comes last, and fails at last", async () => {
    await app.stopApp();
    const deferred = ids.toSorted()[0] ?? "";
    const paused = answer429();
    const asked: string[] = [];
    const marketplace = {
      ...app.marketplace,
      getSubscription(id: string) {
        asked.push(id);
        return id === deferred ? Promise.reject(paused) : app.marketplace.getSubscription(id);
      },
    };
    const ctx = { db: app.db, now: () => new Date(), log: quiet, marketplace };
    const id = await plan({ kind: "refresh" });
    await bulk().start({ id });
    let turns = 1;
    for (; !(await workBulk(ctx, id, undefined)).isDone; turns += 1) {
      const { counts } = await bulk("viewer").get({ id });
      expect(counts).toMatchObject({ failed: 0 });
      // The others are done in the second turn at the latest.
      if (turns > 1) expect(counts).toMatchObject({ done: 2, ready: 1 });
      expect(turns).toBeLessThan(10);
    }
    expect(asked.filter((one) => one === deferred)).toHaveLength(6);
    expect(await bulk("viewer").get({ id })).toMatchObject({ state: "finished", counts: { done: 2, failed: 1 } });
    expect((await bulk("viewer").rows({ id, state: "failed" })).rows).toMatchObject([
      { subscriptionId: deferred, result: expect.stringContaining("Microsoft limits the rate of calls") },
    ]);
    await bulk().retry({ id });
    expect(await workBulk({ ...ctx, marketplace: app.marketplace }, id, undefined)).toMatchObject({ isDone: true });
    expect(await bulk("viewer").get({ id })).toMatchObject({ state: "finished", counts: { done: 3, failed: 0 } });
    await app.startApp();
  });

  test("reports which rows failed and why, and repeats them", async () => {
    const id = await plan({ kind: "suspend", reason: "one is faster" });
    await app.as("operator").subscriptions.suspend({ subscriptionId: ids[0] ?? "", reason: "by hand" });
    await bulk().start({ id });
    expect(await finished(id)).toMatchObject({ counts: { done: 2, failed: 1 } });
    expect((await bulk("viewer").rows({ id, state: "failed" })).rows).toMatchObject([
      { subscriptionId: ids[0], result: "You have already suspended access." },
    ]);
    await app.as("operator").subscriptions.reinstate({ subscriptionId: ids[0] ?? "", reason: "by hand" });
    await bulk().retry({ id });
    expect(await finished(id)).toMatchObject({ counts: { done: 3, failed: 0 } });
    await expect(bulk().retry({ id })).rejects.toThrow("No subscription failed.");
    expect((await recordOf(id)).map(({ kind }) => kind)).toContain("bulk.retried");
    const back = await plan({ kind: "reinstate", reason: "second try" });
    await bulk().start({ id: back });
    await finished(back);
  });
});

describe("what fails at Microsoft after a run has requested it", () => {
  test("counts as failed and not as done, is in the list of the failed, and is repeated", async () => {
    const refused = ids[1] ?? "";
    await app.control("faults", { target: `PATCH /api/saas/subscriptions/${refused}`, status: 400, times: 1 });
    const id = await plan({ kind: "changeQuantity", quantity: 11, reason: "all of them grow" });
    await bulk().start({ id });
    await finished(id);
    await eventually(async () => (await bulk("viewer").get({ id })).inProgress === 0);
    const counts = { ready: 0, refused: 0, done: 2, failed: 1 };
    expect(await bulk("viewer").get({ id })).toMatchObject({ counts, failedLater: 1 });
    expect((await bulk("viewer").list({})).rows[0]).toMatchObject({ id, counts, failedLater: 1 });
    const inState = async (state: "done" | "failed") =>
      (await bulk("viewer").rows({ id, state })).rows.map(({ subscriptionId }) => subscriptionId);
    expect(await inState("failed")).toEqual([refused]);
    expect((await bulk().rows({ id, state: "failed" })).rows[0]?.result).toMatch(/Microsoft .*400/);
    expect(await inState("done")).toHaveLength(2);
    expect(await inState("done")).not.toContain(refused);
    await bulk().retry({ id });
    await finished(id);
    await eventually(async () => (await bulk("viewer").get({ id })).inProgress === 0);
    expect(await bulk("viewer").get({ id })).toMatchObject({ counts: { done: 3, failed: 0 }, failedLater: 0 });
  });
});

describe("the permission", () => {
  test("to plan, start, stop and retry is denied to viewers, and to start to anyone but the owner", async () => {
    const refused = "this action needs the role operator";
    const id = await plan({ kind: "refresh" });
    await expect(bulk("viewer").plan({ action: { kind: "refresh" }, target: { ids } })).rejects.toThrow(refused);
    await expect(bulk("viewer").start({ id })).rejects.toThrow(refused);
    await expect(bulk("viewer").stop({ id })).rejects.toThrow(refused);
    await expect(bulk("viewer").retry({ id })).rejects.toThrow(refused);
    await expect(bulk("admin").start({ id })).rejects.toThrow("Only Test operator, who planned this bulk action");
    await expect(bulk().stop({ id })).rejects.toThrow("This bulk action is not running.");
  });

  test("to cancel is for admins, who type the number of subscriptions", async () => {
    const last = await app.buyActive({ name: "To be ended" });
    const input = { action: { kind: "cancel", reason: "closed its doors" }, target: { ids: [last] } } as const;
    await expect(bulk().plan({ action: input.action, target: { ids: [last] } })).rejects.toThrow(
      "this action needs the role admin",
    );
    const { id } = await bulk("admin").plan({ action: input.action, target: { ids: [last] } });
    await expect(bulk("admin").start({ id })).rejects.toThrow("Type “cancel 1 subscription” to confirm.");
    await bulk("admin").start({ id, confirmation: "cancel 1 subscription" });
    await finished(id);
    await eventually(async () => (await get(last)).status === "Unsubscribed");
  });

  test("to retry a cancellation needs the number of subscriptions typed again, with those a stopped run left", async () => {
    const [failed, left] = [await app.buyActive({ name: "Failed" }), await app.buyActive({ name: "Left" })];
    const action = { kind: "cancel", reason: "closed its doors" } as const;
    const { id } = await bulk("admin").plan({ action, target: { ids: [failed, left] } });
    const at = new Date();
    await app.db
      .update(bulkRows)
      .set({ state: "failed", result: "Microsoft refused it.", endedAt: at })
      .where(and(eq(bulkRows.runId, id), eq(bulkRows.subscriptionId, failed)));
    await app.db
      .update(bulkRuns)
      .set({ state: "stopped", stopReason: "Stopped by Test admin.", startedAt: at })
      .where(eq(bulkRuns.id, id));
    const unconfirmed = { message: "Type “cancel 2 subscriptions” to confirm." };
    await expect(bulk("admin").retry({ id })).rejects.toMatchObject(unconfirmed);
    await expect(bulk("admin").retry({ id, confirmation: "cancel 1 subscription" })).rejects.toMatchObject(unconfirmed);
    expect(await bulk("viewer").get({ id })).toMatchObject({ state: "stopped", counts: { ready: 1, failed: 1 } });
    await bulk("admin").retry({ id, confirmation: "cancel 2 subscriptions" });
    expect(await finished(id)).toMatchObject({ state: "finished", counts: { done: 2, failed: 0 } });
    await eventually(async () =>
      (await Promise.all([failed, left].map(get))).every((one) => one.status === "Unsubscribed"),
    );
  });

  test("to cancel says that a colleague has to approve, and leaves out what already waits for that", async () => {
    const one = await app.buyActive({ name: "Needs approval" });
    const action = { kind: "cancel", reason: "closed its doors" } as const;
    const setPolicy = async (needsSecondPerson: boolean) => {
      const { version } = await app.as("viewer").cancellations.policy();
      const policy = { needsSecondPerson, waitsHours: 24, seenVersion: version, reason: "As agreed" };
      await approved(app, app.as("admin").cancellations.setPolicy(policy));
    };
    await setPolicy(true);
    try {
      const { id } = await bulk("admin").plan({ action, target: { ids: [one] } });
      expect(await rowsOf(id)).toMatchObject([
        {
          state: "ready",
          plan: "Request the cancellation. Billing and access continue until a colleague approves it.",
        },
      ]);
      await bulk("admin").start({ id, confirmation: "cancel 1 subscription" });
      await finished(id);
      expect(await rowsOf(id)).toMatchObject([
        { state: "done", result: "Requested; a colleague has to approve it.", operation: null },
      ]);
      expect((await recordOf(id))[0]?.summary).toBe("Dry run: Cancel subscriptions, 1 subscription");
      const again = await bulk("admin").plan({ action, target: { ids: [one] } });
      expect(await rowsOf(again.id)).toMatchObject([
        { state: "refused", plan: expect.stringMatching(/^Test admin has already requested the cancellation/) },
      ]);
    } finally {
      await setPolicy(false);
    }
  });

  test("a stopped run that continues is recorded as resumed", async () => {
    const id = await plan({ kind: "refresh" });
    const at = new Date();
    await app.db
      .update(bulkRuns)
      .set({ state: "stopped", stopReason: "Stopped by Test admin.", startedAt: at })
      .where(eq(bulkRuns.id, id));
    await bulk().start({ id });
    await finished(id);
    expect((await recordOf(id)).map(({ summary }) => summary)).toContain(
      "Refresh from Microsoft: resumed, 3 subscriptions",
    );
  });

  test("to continue ends with the role of the run's owner", async () => {
    const id = await plan({ kind: "refresh" });
    await signedIn("operator", "viewer");
    await bulk().start({ id });
    expect(await finished(id)).toMatchObject({
      state: "stopped",
      stopReason: "Test operator has the role viewer now, which does not permit this action.",
      counts: { ready: 3 },
    });
    await signedIn("operator");
    await app.db.update(staff).set({ disabledAt: new Date() }).where(eq(staff.objectId, "operator"));
    await bulk().start({ id });
    await eventually(async () => (await bulk("viewer").get({ id })).stopReason === "Test operator has been blocked.");
    await signedIn("operator");
    await bulk().start({ id });
    expect(await finished(id)).toMatchObject({ state: "finished", counts: { done: 3 } });
    expect((await recordOf(id)).filter(({ kind }) => kind === "bulk.stopped")).toHaveLength(2);
  });

  test("a constraint of the database refuses invalid rows", async () => {
    const id = await plan({ kind: "refresh" });
    await expect(app.db.update(bulkRuns).set({ state: "finished" }).where(eq(bulkRuns.id, id))).rejects.toThrow();
    await expect(app.db.update(bulkRows).set({ state: "done" }).where(eq(bulkRows.runId, id))).rejects.toThrow();
  });
});

describe("the retention of dry runs", () => {
  const sweep = (days: number) =>
    removeDue(app.db, "dryRuns", new Date(Date.now() - days * 24 * 3_600_000), () => Promise.resolve());

  test("deletes the lists of those that were never started, tells their reader, and leaves all others", async () => {
    await app.db.execute(sql`update bulk_runs set rows_deleted_at = now() where state = 'planned'`);
    const plannedAt = (daysAgo: number) => planBulkAt(new Date(Date.now() - daysAgo * 24 * 3_600_000));
    const old = await plannedAt(31);
    const recent = await plannedAt(29);
    const started = await plannedAt(32);
    await bulk().start({ id: started });
    await finished(started);
    const none = await plannedAt(40);
    expect(await sweep(30)).toEqual({ count: 1, isMore: true });
    expect(await sweep(30)).toEqual({ count: 1, isMore: true });
    expect(await sweep(30)).toEqual({ count: 0, isMore: false });

    for (const id of [old, none]) {
      expect(await rowsOf(id)).toEqual([]);
      expect(await bulk("viewer").get({ id })).toMatchObject({ state: "planned", rowsDeletedAt: expect.any(String) });
      await expect(bulk().start({ id })).rejects.toThrow("Select the subscriptions again");
    }
    for (const id of [recent, started]) {
      expect(await rowsOf(id)).toHaveLength(3);
      expect(await bulk("viewer").get({ id })).toMatchObject({ rowsDeletedAt: null });
    }
    await bulk().start({ id: recent });
    await finished(recent);
  });

  test("waits for a start, which then keeps the list", async () => {
    const id = await planBulkAt(new Date(Date.now() - 50 * 24 * 3_600_000));
    const swept = await app.db.transaction(async (tx) => {
      await tx.update(bulkRuns).set({ state: "running", startedAt: new Date() }).where(eq(bulkRuns.id, id));
      const sweeping = sweep(30);
      await eventually(async () => {
        const { rows } = await app.db.execute(
          sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%rows_deleted_at = now()%'
            and datname = current_database()`,
        );
        return rows.length > 0;
      });
      return { sweeping };
    });
    expect(await swept.sweeping).toEqual({ count: 0, isMore: false });
    expect(await rowsOf(id)).toHaveLength(3);
    await app.db
      .update(bulkRuns)
      .set({ state: "stopped", stopReason: "Stopped by a test." })
      .where(eq(bulkRuns.id, id));
  });

  async function planBulkAt(at: Date): Promise<string> {
    const action: BulkAction = { kind: "changeTags", add: ["swept"], remove: [] };
    return (await app.as("operator", { now: () => at }).bulk.plan({ action, target: { ids } })).id;
  }
});

describe("the columns of the list", () => {
  test("are chosen by each person, and can be reset to the default", async () => {
    const { subscriptions } = app.as("viewer");
    expect(await subscriptions.columns()).toBeNull();
    await subscriptions.chooseColumns({ columns: ["name", "tenant", "seen"] });
    expect(await subscriptions.columns()).toEqual(["name", "tenant", "seen"]);
    expect(await app.as("operator").subscriptions.columns()).toBeNull();
    await subscriptions.chooseColumns({ columns: [...usualColumns] });
    await subscriptions.chooseColumns({ columns: null });
    expect(await subscriptions.columns()).toBeNull();
    await expect(subscriptions.chooseColumns({ columns: ["tenant"] })).rejects.toThrow(
      "The column with the name cannot be removed.",
    );
    await expect(subscriptions.chooseColumns({ columns: ["name", "name"] })).rejects.toThrow("Name each column once.");
  });
});
