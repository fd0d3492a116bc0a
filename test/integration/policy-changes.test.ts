/** Weakening a protective policy waits for a second admin or a day; strengthening it does not. */
import { randomUUID } from "node:crypto";
import { desc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyDuePolicyChanges } from "../../server/commands/policies/decide-policy-change.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { staff } from "../../server/database/schema/staff.ts";
import { advisoryLockClasses } from "../../server/database/statements/advisory-locks.ts";
import { defaultRetention } from "../../shared/retention.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const tenantId = randomUUID();
const person = (name: string) => ({ id: `${tenantId}:${ids[name] ?? ""}`, name, email: null, role: "admin" as const });
const ids: Record<string, string> = { Alma: randomUUID(), Boris: randomUUID(), Vera: randomUUID() };
const as = (name: string) => app.as("admin", { staff: person(name) });

async function signInOnce(name: string, role: "admin" | "viewer" = "admin"): Promise<void> {
  const now = new Date();
  await app.db
    .insert(staff)
    .values({ tenantId, objectId: ids[name]!, name, role, firstSeenAt: now, lastSignInAt: now })
    .onConflictDoUpdate({
      target: [staff.tenantId, staff.objectId],
      set: { role, disabledAt: null, disabledBy: null, disabledReason: null, disabledById: null },
    });
}

beforeAll(async () => {
  for (const name of ["Alma", "Boris"]) await signInOnce(name);
  await signInOnce("Vera", "viewer");
});

const policy = () => as("Alma").cancellations.policy();
const setPolicy = async (name: string, needsSecondPerson: boolean, reason?: string) =>
  as(name).cancellations.setPolicy({
    needsSecondPerson,
    waitsHours: 72,
    seenVersion: (await policy()).version,
    ...(reason === undefined ? {} : { reason }),
  });
const waiting = async () => (await as("Alma").policyChanges.list()).filter(({ state }) => state === "waiting");
const needs = async () => (await as("Boris").needs.list({})).needs.filter(({ kind }) => kind === "policy_change");
/** Applies what is due after this many hours; Entra has just confirmed all staff then. */
async function applyDue(afterHours: number): Promise<number> {
  const now = new Date(Date.now() + afterHours * 3_600_000);
  await app.db.update(staff).set({ confirmedAt: now }).where(eq(staff.tenantId, tenantId));
  return applyDuePolicyChanges({ db: app.db, marketplace: app.marketplace, now: () => now, log: quiet });
}
const lastRecord = async () => (await app.db.select().from(activity).orderBy(desc(activity.id)).limit(1))[0];

describe("C1: the cancellation policy", () => {
  test("cannot be turned off, used and turned on again by one admin", async () => {
    expect(await setPolicy("Alma", true)).toMatchObject({ waitsUntil: null });
    await expect(setPolicy("Alma", false)).rejects.toThrow("needs a reason");
    const outcome = await setPolicy("Alma", false, "I am alone this week");
    expect(Date.parse(outcome.waitsUntil ?? "")).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect((await policy()).needsSecondPerson).toBe(true);
    const subscriptionId = await app.buyActive();
    const { name } = (await app.find(subscriptionId))!;
    await as("Alma").subscriptions.cancel({
      subscriptionId,
      confirmation: name || subscriptionId,
      reason: "tries it alone",
    });
    expect((await app.find(subscriptionId))?.status).toBe("Subscribed");
    expect((await app.find(subscriptionId))?.openOperations).toBe(0);
  });

  test("is not approved by the admin who requested the change; a second request waits; a second admin decides", async () => {
    const [change] = await waiting();
    expect(change).toMatchObject({ requestedByName: "Alma", isMine: true, reason: "I am alone this week" });
    await expect(as("Alma").policyChanges.approve({ id: change!.id })).rejects.toThrow("another admin");
    await expect(as("Alma").policyChanges.decline({ id: change!.id, reason: "or else" })).rejects.toThrow(
      "Withdraw it instead",
    );
    await expect(as("Boris").policyChanges.withdraw({ id: change!.id })).rejects.toThrow("Only Alma");
    await expect(app.as("operator").policyChanges.approve({ id: change!.id })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(setPolicy("Boris", false, "me too")).rejects.toThrow("already waiting");
    expect(await needs()).toMatchObject([
      { place: "/settings/policy-changes", rule: expect.stringContaining("Alma requested") },
    ]);

    await as("Boris").policyChanges.approve({ id: change!.id });
    expect(await policy()).toMatchObject({ needsSecondPerson: false, updated: { byName: "Alma" } });
    expect(await needs()).toEqual([]);
    expect(await lastRecord()).toMatchObject({ kind: "policy_change.approved", actorName: "Boris" });
    await expect(as("Boris").policyChanges.approve({ id: change!.id })).rejects.toThrow("no longer waiting");
  });

  test("is unchanged after a declined or withdrawn request, and both are recorded", async () => {
    await setPolicy("Alma", true);
    await setPolicy("Alma", false, "second try");
    await as("Boris").policyChanges.decline({ id: (await waiting())[0]!.id, reason: "Not while I am here" });
    expect(await lastRecord()).toMatchObject({ kind: "policy_change.declined", reason: "Not while I am here" });
    await setPolicy("Alma", false, "second try");
    await as("Alma").policyChanges.withdraw({ id: (await waiting())[0]!.id });
    expect(await lastRecord()).toMatchObject({ kind: "policy_change.withdrawn", actorName: "Alma" });
    expect(await waiting()).toEqual([]);
    expect((await policy()).needsSecondPerson).toBe(true);
  });

  test("changes after 24 hours without a second admin, not earlier, and once", async () => {
    await setPolicy("Alma", false, "no one else is here");
    await applyDue(23.9);
    expect((await policy()).needsSecondPerson).toBe(true);
    await Promise.all([applyDue(24.1), applyDue(24.1)]);
    expect(await policy()).toMatchObject({ needsSecondPerson: false, updated: { byName: "Alma" } });
    const [last] = await as("Alma").policyChanges.list();
    expect(last).toMatchObject({ state: "elapsed", decided: { byName: "Marketdesk" } });
    expect(await needs()).toEqual([]);
  });

  test("has no open request after another change of it, or once the requester is no longer an admin", async () => {
    await setPolicy("Alma", true);
    await setPolicy("Alma", false, "first");
    const { version } = await policy();
    await as("Boris").cancellations.setPolicy({ needsSecondPerson: true, waitsHours: 24, seenVersion: version });
    expect(await waiting()).toEqual([]);
    await setPolicy("Alma", false, "second");
    await app.db.update(staff).set({ role: "viewer" }).where(eq(staff.objectId, ids["Alma"]!));
    await applyDue(25);
    expect((await policy()).needsSecondPerson).toBe(true);
    expect((await as("Boris").policyChanges.list())[0]).toMatchObject({
      state: "superseded",
      decided: { reason: "Alma is no longer an admin." },
    });
    await signInOnce("Alma");
  });

  test("accepts one of two simultaneous requests", async () => {
    const answers = await Promise.allSettled([
      setPolicy("Alma", false, "same time"),
      setPolicy("Boris", false, "same time"),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await waiting()).toHaveLength(1);
    const [change] = await waiting();
    await as(change!.requestedByName).policyChanges.withdraw({ id: change!.id });
  });

  test("is strengthened while another admin approves a weaker one, which is then no longer waiting", async () => {
    await setPolicy("Alma", true);
    await setPolicy("Alma", false, "at the same time");
    const [change] = await waiting();
    const { version } = await policy();
    const blocked = (count: number) =>
      eventually(async () => {
        const { rows } = await app.db.execute(sql`
          select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())
            and (relation = 'cancel_policy'::regclass or (locktype = 'advisory' and classid = ${advisoryLockClasses.exclusive}))`);
        return rows.length === count;
      });
    const answers = await app.db.transaction(async (tx) => {
      await tx.execute(sql`lock table cancel_policy in share row exclusive mode`);
      const strengthening = as("Alma").cancellations.setPolicy({
        needsSecondPerson: true,
        waitsHours: 24,
        seenVersion: version,
      });
      await blocked(1);
      const approval = as("Boris").policyChanges.approve({ id: change!.id });
      await blocked(2);
      return { both: Promise.allSettled([strengthening, approval]) };
    });
    expect(await answers.both).toMatchObject([
      { status: "fulfilled", value: { waitsUntil: null } },
      { status: "rejected", reason: { message: expect.stringContaining("no longer waiting") } },
    ]);
    expect(await policy()).toMatchObject({ needsSecondPerson: true, waitsHours: 24 });
    expect(await waiting()).toEqual([]);
  });
});

describe("C1: the other protective policies", () => {
  const days = defaultRetention;

  test("shorter retention waits; longer retention does not", async () => {
    const first = await as("Alma").retention.set({ ...days, calls: 300, seenVersion: 0, reason: "space" });
    expect(first.waitsUntil).not.toBeNull();
    expect(await as("Alma").retention.get()).toMatchObject({ version: 0, days });
    await as("Boris").policyChanges.approve({ id: (await waiting())[0]!.id });
    expect(await as("Alma").retention.get()).toMatchObject({ version: 1, days: { calls: 300 } });
    const longer = await as("Alma").retention.set({ ...days, calls: 500, seenVersion: 1, reason: "disputes" });
    expect(longer).toMatchObject({ version: 2, waitsUntil: null });
    const mixed = await as("Alma").retention.set({
      ...days,
      deliveries: 90,
      calls: 600,
      seenVersion: 2,
      reason: "mixed",
    });
    expect(mixed.waitsUntil).not.toBeNull();
    await as("Alma").policyChanges.withdraw({ id: (await waiting())[0]!.id });
  });

  test("a request of a version without some kinds is superseded when it is due or approved, and blocks no other", async () => {
    const request = async () => {
      const { version, days: current } = await as("Alma").retention.get();
      await as("Alma").retention.set({ ...current, refused: 8, seenVersion: version, reason: "less" });
      await app.db.execute(sql`
        update policy_changes set input = input - 'usage' - 'movements' where state = 'waiting' and policy = 'retention'`);
    };
    const latest = async () => (await as("Boris").policyChanges.list()).find((one) => one.policy === "retention");
    const superseded = {
      state: "superseded",
      decided: { reason: expect.stringContaining("before Marketdesk was upgraded") as string },
    };
    await request();
    await as("Boris").policyChanges.approve({ id: (await waiting())[0]!.id });
    expect(await latest()).toMatchObject(superseded);

    await setPolicy("Alma", true);
    await request();
    await setPolicy("Alma", false, "behind it");
    await applyDue(25);
    expect(await latest()).toMatchObject(superseded);
    expect((await policy()).needsSecondPerson).toBe(false);
    expect((await as("Alma").retention.get()).days.refused).toBe(days.refused);
  });

  test("a due change that fails stays waiting, and those behind it are applied", async () => {
    await setPolicy("Alma", true);
    await setPolicy("Alma", false, "fails at first");
    const { version, days: current } = await as("Alma").retention.get();
    await as("Alma").retention.set({ ...current, refused: 8, seenVersion: version, reason: "less" });
    await app.db.execute(sql`
      create function fail_policy() returns trigger language plpgsql as $$ begin raise exception 'fails'; end $$`);
    await app.db.execute(sql`
      create trigger fail_policy before insert or update on cancel_policy for each row execute function fail_policy()`);
    await applyDue(25);
    expect((await as("Alma").retention.get()).days.refused).toBe(8);
    expect(await waiting()).toMatchObject([{ policy: "cancellation" }]);
    await app.db.execute(sql`drop function fail_policy cascade`);
    await applyDue(25);
    expect(await waiting()).toEqual([]);
    expect((await policy()).needsSecondPerson).toBe(false);
  });

  test("fewer confirmations before billing wait; more do not", async () => {
    const scope = { offerId: "insight", planId: null };
    const stricter = await as("Alma").policies.set({ ...scope, mode: "staff", seenVersion: 0, reason: "check each" });
    expect(stricter.waitsUntil).toBeNull();
    for (const mode of ["immediately", null] as const) {
      const weaker = await as("Alma").policies.set({ ...scope, mode, seenVersion: stricter.version, reason: "faster" });
      expect(weaker.waitsUntil, String(mode)).not.toBeNull();
      await as("Alma").policyChanges.withdraw({ id: (await waiting())[0]!.id });
    }
    // A plan that goes its own, weaker way.
    const plan = await as("Alma").policies.set({
      offerId: "insight",
      planId: "team",
      mode: "immediately",
      seenVersion: 0,
      reason: "small",
    });
    expect(plan.waitsUntil).not.toBeNull();
    // As the previous version would read it during an upgrade.
    const { rows: stored } = await app.db.execute(sql`select input from policy_changes where state = 'waiting'`);
    expect(stored).toMatchObject([{ input: { planId: "team", way: "at_once" } }]);
    await as("Boris").policyChanges.approve({ id: (await waiting())[0]!.id });
    const { scopes } = await as("Alma").policies.list();
    expect(scopes.find(({ planId }) => planId === "team")?.active?.mode).toBe("immediately");
    const { rows: policies } = await app.db.execute(sql`select way from activation_policies where plan_id = 'team'`);
    expect(policies).toEqual([{ way: "at_once" }]);
  });

  test("a rule that asks staff first cannot stop doing so alone; its limits can change", async () => {
    const rule = {
      offerId: null,
      planId: null,
      followsWider: false,
      allowedPlans: null,
      minQuantity: null,
      reason: "rule",
    };
    const asks = await as("Alma").rules.set({ ...rule, maxQuantity: null, asksStaff: true, seenVersion: 0 });
    expect(asks.waitsUntil).toBeNull();
    const limits = await as("Alma").rules.set({ ...rule, maxQuantity: 50, asksStaff: true, seenVersion: asks.version });
    expect(limits.waitsUntil).toBeNull();
    const silent = await as("Alma").rules.set({
      ...rule,
      maxQuantity: 50,
      asksStaff: false,
      seenVersion: limits.version,
    });
    expect(silent).toMatchObject({ version: limits.version });
    expect(silent.waitsUntil).not.toBeNull();
    await as("Boris").policyChanges.decline({ id: (await waiting())[0]!.id, reason: "keep asking" });
  });

  test("the admin who blocked someone can unblock them; for another admin it waits", async () => {
    const vera = { tenantId, objectId: ids["Vera"]! };
    const isOut = async () => (await as("Alma").staff.list()).find(({ name }) => name === "Vera")?.disabled !== null;
    await as("Alma").staff.disable({ ...vera, reason: "left" });
    expect(await as("Alma").staff.enable({ ...vera, reason: "a mistake" })).toMatchObject({ waitsUntil: null });
    await as("Alma").staff.disable({ ...vera, reason: "left" });
    const other = await as("Boris").staff.enable({ ...vera, reason: "back again" });
    expect(other.waitsUntil).not.toBeNull();
    expect(await isOut()).toBe(true);
    await as("Alma").policyChanges.approve({ id: (await waiting())[0]!.id });
    expect(await isOut()).toBe(false);
  });

  test("an admin whose request waits cannot block the other admin; a blocked admin's request ends", async () => {
    const [alma, boris] = ["Alma", "Boris"].map((name) => ({ tenantId, objectId: ids[name]! }));
    await setPolicy("Alma", true);
    await setPolicy("Alma", false, "quickly");
    await expect(as("Alma").staff.disable({ ...boris!, reason: "in my way" })).rejects.toThrow(
      "Withdraw the change before you block an admin",
    );
    await as("Boris").staff.disable({ ...alma!, reason: "taken over" });
    expect(await waiting()).toEqual([]);
    await expect(as("Alma").staff.disable({ ...boris!, reason: "revenge" })).rejects.toThrow("no longer an admin");
    await as("Boris").staff.enable({ ...alma!, reason: "all is well" });
  });

  test("C15: of two admins who block each other at the same time, one remains", async () => {
    const [alma, boris] = ["Alma", "Boris"].map((name) => ({ tenantId, objectId: ids[name]! }));
    const answers = await Promise.allSettled([
      as("Alma").staff.disable({ ...boris!, reason: "now" }),
      as("Boris").staff.disable({ ...alma!, reason: "now" }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    for (const name of ["Alma", "Boris"]) await signInOnce(name);
  });
});
