/** Planned changes: planned with the refusals of changes, carried out once on their day, undone, and failed in sight. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { carryOutPlannedChanges } from "../../server/commands/planned-changes/carry-out-planned-changes.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import type { PlanChangeInput } from "../../shared/planned-changes.ts";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.db.execute(sql`insert into staff (tenant_id, object_id, name, role, first_seen_at, last_sign_in_at)
    values ('tenant', 'operator', 'Test operator', 'operator', now(), now())`);
});
afterAll(() => app?.stop());

const reason = "Agreed with the customer";
const inDays = (count: number) => addDays(utcDayOf(Date.now()), count);
const plan = (input: PlanChangeInput) => app.as("operator").plannedChanges.plan(input);
const planned = async (id: string) => (await app.find(id))?.planned ?? [];
const kinds = async (id: string) =>
  (await app.as("viewer").subscriptions.timeline({ id })).rows.map(({ kind }) => kind);
const needs = async (id: string) =>
  (await app.as("viewer").needs.list({})).needs.filter(
    ({ subscriptionId, kind }) => subscriptionId === id && kind.startsWith("planned_change"),
  );
const stateOf = async (id: string) =>
  (
    await app.db.execute<{ state: string; problem: string | null }>(
      sql`select state, problem from planned_changes where id = ${id}`,
    )
  ).rows[0];

/**
 * The day of what is planned for a subscription comes. Two instances notice it simultaneously, and the app itself each minute.
 */
async function theDayComes(subscriptionId: string, marketplace = app.marketplace): Promise<void> {
  await app.db.execute(sql`update planned_changes set due_on = (now() at time zone 'UTC')::date, term_ends_on = null
    where subscription_id = ${subscriptionId} and state = 'waiting'`);
  await eventually(async () => {
    await run(marketplace);
    const untried = await app.db.execute(sql`select from planned_changes where subscription_id = ${subscriptionId}
      and state = 'waiting' and due_on <= (now() at time zone 'UTC')::date and retry_at is null`);
    return untried.rowCount === 0;
  });
}
async function run(marketplace = app.marketplace): Promise<void> {
  const context = { marketplace, now: () => new Date(), log: quiet };
  await Promise.all([app.db, app.appDb].map((db) => carryOutPlannedChanges({ ...context, db })));
}

describe("a planned change", () => {
  test("is shown ahead, and is made once on its day in the name of who planned it", async () => {
    const id = await app.buyActive();
    const on = inDays(20);
    const made = await plan({ subscriptionId: id, action: "changeQuantity", quantity: 9, on, reason });
    expect(made).toEqual({ id: expect.any(String), on });
    expect(await planned(id)).toMatchObject([
      { id: made.id, action: "changeQuantity", quantity: 9, on, isAtTermEnd: false, plannedByName: "Test operator" },
    ]);
    const list = await app.as("viewer").plannedChanges.list({});
    expect(list.rows.map((row) => row.id)).toContain(made.id);
    // The calendar names the customer as the page of the customer does.
    await eventually(async () => {
      const row = (await app.as("viewer").plannedChanges.list({})).rows.find((one) => one.id === made.id);
      const found = await app.as("viewer").customers.get({ id: row?.customerId ?? "" });
      return found.customer !== null && row?.customer === found.customer.name && !row.customer.includes("@");
    });
    await run();
    expect(await stateOf(made.id)).toMatchObject({ state: "waiting" });

    await theDayComes(id);
    await eventually(async () => (await app.record(id))?.quantity === 9);
    await eventually(async () => (await app.record(id))?.openOperations === 0);
    await eventually(async () => {
      await run();
      return (await stateOf(made.id))?.state === "completed";
    });
    const found = (await app.find(id))!;
    expect(found.planned).toEqual([]);
    expect(found.operations.filter(({ action }) => action === "ChangeQuantity")).toMatchObject([
      { outcome: "succeeded", actor: { kind: "staff", name: "Test operator" }, reason },
    ]);
    expect(await kinds(id)).toEqual(
      expect.arrayContaining(["planned_change.planned", "planned_change.carried_out", "operation.requested"]),
    );
    await expect(app.as("operator").plannedChanges.undo({ id: made.id })).rejects.toThrow("has been carried out");
  });

  test("is listed for its customer and for the customer it is merged into, until it is undone", async () => {
    for (const [id, tenant] of Object.entries({
      own: "tenant-own",
      also: "tenant-own",
      merged: "tenant-merged",
      alien: "tenant-alien",
    }))
      await app.db.execute(sql`
        insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, beneficiary_tenant_id, purchaser_tenant_id,
          first_seen_by, purchased_at, synced_at, created_at, updated_at)
        values (${id}, ${id}, 'insight', 'team', 5, 'Subscribed', now(), ${tenant}, ${tenant}, 'reconcile', now(), now(), now(), now())`);
    const change = { action: "suspend", until: null, reason } as const;
    await plan({ ...change, subscriptionId: "own", on: inDays(9) });
    const undone = await plan({ ...change, subscriptionId: "own", on: inDays(8) });
    await plan({ ...change, subscriptionId: "also", on: inDays(7) });
    await plan({ ...change, subscriptionId: "merged", on: inDays(5) });
    await plan({ ...change, subscriptionId: "alien", on: inDays(6) });
    await app.as("operator").plannedChanges.undo({ id: undone.id });
    const list = async (customer: string, which?: "ended") =>
      (await app.as("viewer").plannedChanges.list({ customer, list: which })).rows.map((row) => [
        row.subscriptionId,
        row.on,
      ]);
    expect(await list("tenant-own")).toEqual([
      ["also", inDays(7)],
      ["own", inDays(9)],
    ]);
    expect(await list("tenant-own", "ended")).toEqual([["own", inDays(8)]]);
    expect(await list("tenant-merged")).toEqual([["merged", inDays(5)]]);
    expect(await list("tenant-of-no-one")).toEqual([]);

    for (const id of ["tenant-own", "tenant-merged"])
      await eventually(async () => {
        const listing = await app.db.execute(sql`select from customers where id = ${id}`);
        return listing.rowCount === 1;
      });
    await app.as("operator").customers.merge({ customerId: "tenant-merged", into: "tenant-own", reason });
    expect((await list("tenant-own")).map(([id]) => id)).toEqual(["merged", "also", "own"]);
  });

  test("needs attention the day before, and is undone with one call", async () => {
    const id = await app.buyActive({ name: "Fabrikam" });
    const made = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: inDays(1), reason });
    expect(await needs(id)).toMatchObject([{ kind: "planned_change", what: expect.stringContaining("Business") }]);
    await app.as("operator").plannedChanges.undo({ id: made.id });
    expect(await needs(id)).toEqual([]);
    expect(await planned(id)).toEqual([]);
    await theDayComes(id);
    expect((await app.find(id))?.planId).toBe("team");
    expect(await kinds(id)).toContain("planned_change.undone");
    await expect(app.as("operator").plannedChanges.undo({ id: made.id })).rejects.toThrow("already been undone");
  });

  test("is refused for the reasons of a change now, with the field", async () => {
    const id = await app.buyActive();
    const change = { subscriptionId: id, on: inDays(9), reason };
    await expect(plan({ ...change, action: "changeQuantity", quantity: 5 })).rejects.toThrow("already has 5 seats");
    await expect(plan({ ...change, action: "changePlan", planId: "no-such" })).rejects.toThrow("does not offer");
    await expect(plan({ ...change, action: "reinstate" })).rejects.toThrow("Access is not suspended");
    await expect(plan({ ...change, action: "suspend", until: inDays(9) })).rejects.toThrow("after the suspension");
    await expect(plan({ ...change, on: inDays(0), action: "suspend", until: null })).rejects.toThrow("later day");
    await plan({ ...change, action: "suspend", until: null });
    await expect(plan({ ...change, action: "suspend", until: null })).rejects.toThrow("already planned for this day");
    const viewer = app.as("viewer").plannedChanges;
    await expect(viewer.plan({ ...change, action: "suspend", until: null })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("that is refused on its day needs attention with the reason, until it is dismissed", async () => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "changeQuantity", quantity: 9, on: inDays(2), reason });
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.status === "Suspended");
    await theDayComes(id);
    expect(await planned(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("a payment failed") },
    ]);
    expect(await needs(id)).toMatchObject([
      { kind: "planned_change_failed", id: made.id, rule: expect.stringContaining("a payment failed") },
    ]);
    await app.as("operator").plannedChanges.dismiss({ id: made.id });
    expect(await needs(id)).toEqual([]);
    expect((await app.find(id))?.quantity).toBe(5);
  });

  test("waits while Microsoft does not respond, and is made afterwards", async () => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: inDays(2), reason });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/listAvailablePlans`, status: 503 });
    try {
      await theDayComes(id);
      expect(await stateOf(made.id)).toMatchObject({ state: "waiting", problem: expect.any(String) });
    } finally {
      await app.control("faults", undefined, "DELETE");
    }
    await eventually(async () => {
      await app.db.execute(sql`update planned_changes set retry_at = null where id = ${made.id}`);
      await run();
      return (await app.find(id))?.planId === "business";
    });
  });

  test("waits in sight for a planner who has been away for a week, and is made once they sign in", async () => {
    const id = await app.buyActive();
    await app.db.execute(sql`insert into staff (tenant_id, object_id, name, role, first_seen_at, last_sign_in_at)
      values ('tenant', 'away', 'Priya', 'operator', now(), now() - interval '8 days')`);
    const away = { id: "tenant:away", name: "Priya", email: null, role: "operator" as const };
    const made = await app.as("operator", { staff: away }).plannedChanges.plan({
      subscriptionId: id,
      action: "changeQuantity",
      quantity: 9,
      on: inDays(2),
      reason,
    });
    await theDayComes(id);
    const problem = expect.stringContaining("Priya, who planned this change, has not signed in for a week");
    expect(await stateOf(made.id)).toMatchObject({ state: "waiting", problem });
    expect(await needs(id)).toMatchObject([{ kind: "planned_change", rule: problem }]);
    await app.db.execute(sql`update staff set confirmed_at = now() where object_id = 'away'`);
    await eventually(async () => {
      await app.db.execute(sql`update planned_changes set retry_at = null where id = ${made.id}`);
      await run();
      return (await app.find(id))?.quantity === 9;
    });
  });

  test("fails in sight if a newer change took its place at Microsoft, or its planner may no longer make it", async () => {
    const id = await app.buyActive();
    const change = { subscriptionId: id, action: "changeQuantity", on: inDays(2), reason } as const;
    const first = await plan({ ...change, quantity: 9 });
    await theDayComes(id);
    await eventually(
      async () => (await app.record(id))?.quantity === 9 && (await app.record(id))?.openOperations === 0,
    );
    await app.db.execute(
      sql`update operations set outcome = 'conflict' where subscription_id = ${id} and action = 'ChangeQuantity'`,
    );
    await app.db.execute(
      sql`update planned_changes set state = 'requested', ended_at = null, ended_by_name = null, quantity = 8 where id = ${first.id}`,
    );
    await eventually(async () => {
      await run();
      return (await stateOf(first.id))?.state === "failed";
    });
    const second = await plan({ ...change, quantity: 12 });
    await app.db.execute(sql`update planned_changes set planned_by_id = 'tenant:unknown' where id = ${second.id}`);
    await theDayComes(id);
    expect(await stateOf(second.id)).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("may no longer"),
    });
  });

  test("does not overwrite what the customer has changed since, and needs attention instead", async () => {
    const id = await app.buyActive();
    const seats = await plan({ subscriptionId: id, action: "changeQuantity", quantity: 9, on: inDays(2), reason });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 7 });
    await eventually(
      async () => (await app.record(id))?.quantity === 7 && (await app.record(id))?.openOperations === 0,
    );
    await theDayComes(id);
    expect(await stateOf(seats.id)).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("seats was changed"),
    });
    expect(await needs(id)).toMatchObject([{ kind: "planned_change_failed", id: seats.id }]);
    expect((await app.find(id))?.quantity).toBe(7);
  });

  test("follows an earlier one of its kind", async () => {
    const id = await app.buyActive();
    const change = { subscriptionId: id, action: "changeQuantity", reason } as const;
    const first = await plan({ ...change, quantity: 8, on: inDays(2) });
    const second = await plan({ ...change, quantity: 10, on: inDays(3) });
    await app.db.execute(
      sql`update planned_changes set due_on = (now() at time zone 'UTC')::date where id = ${first.id}`,
    );
    await eventually(async () => {
      await run();
      return (await stateOf(first.id))?.state === "completed";
    });
    await theDayComes(id);
    await eventually(async () => (await app.record(id))?.quantity === 10);
    await eventually(async () => {
      await run();
      return (await stateOf(second.id))?.state === "completed";
    });
  });

  test("waits until the end of an earlier one of its kind is noted, for a plan and for seats", async () => {
    const [one, other] = [await app.buyActive({ quantity: 10 }), await app.buyActive({ quantity: 10 })];
    const ofPlan = { subscriptionId: one, action: "changePlan", reason } as const;
    const ofSeats = { subscriptionId: other, action: "changeQuantity", reason } as const;
    const firsts = [
      await plan({ ...ofPlan, planId: "business", on: inDays(2) }),
      await plan({ ...ofSeats, quantity: 8, on: inDays(2) }),
    ].map(({ id }) => id);
    for (const id of [one, other]) await theDayComes(id);
    const ended = (ids: string[]) =>
      eventually(async () => {
        await app.db.execute(sql`
          update planned_changes set retry_at = null where state = 'waiting' and id = any(${sql.param(ids)}::uuid[])`);
        await run();
        const states = await Promise.all(ids.map(stateOf));
        return states.every((found) => found?.state !== "waiting" && found?.state !== "requested") && states;
      });
    await ended(firsts);
    const seconds = [
      await plan({ ...ofPlan, planId: "business-annual", on: inDays(3) }),
      await plan({ ...ofSeats, quantity: 12, on: inDays(3) }),
    ].map(({ id }) => id);
    // As if the operations of the first ones had been settled in the middle of a run.
    await app.stopApp();
    await app.db.transaction(async (tx) => {
      await tx.execute(sql`
        update planned_changes set state = 'requested', ended_at = null, ended_by_name = null
        where id = any(${sql.param(firsts)}::uuid[])`);
      await tx.execute(sql`
        update planned_changes set due_on = (now() at time zone 'UTC')::date,
          seen_plan_id = case when action = 'changePlan' then 'team' end,
          seen_quantity = case when action = 'changeQuantity' then 10 end
        where id = any(${sql.param(seconds)}::uuid[])`);
    });
    await app.db.transaction(async (noting) => {
      await noting.execute(sql`
        select from planned_changes where id = any(${sql.param(firsts)}::uuid[]) for update`);
      await run();
    });
    for (const id of seconds) {
      expect(await stateOf(id)).toEqual({ state: "waiting", problem: "Another change is in progress." });
    }
    await app.startApp();
    const done = { state: "completed", problem: null };
    expect(await ended([...firsts, ...seconds])).toEqual([done, done, done, done]);
    expect([(await app.find(one))?.planId, (await app.find(other))?.quantity]).toEqual(["business-annual", 12]);
  });

  test.each([
    ["Microsoft refuses Marketdesk's credentials", { status: 403 }],
    ["a proxy answers instead of Microsoft", { status: 400, body: "<html><h1>Bad request</h1></html>" }],
  ])("waits while %s", async (_, fault) => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: inDays(2), reason });
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/listAvailablePlans`, ...fault });
    try {
      await theDayComes(id);
      expect(await stateOf(made.id)).toMatchObject({ state: "waiting", problem: expect.any(String) });
    } finally {
      await app.control("faults", undefined, "DELETE");
    }
  });

  test("waits while Entra issues no token because the secret has expired, and is made afterwards", async () => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: inDays(2), reason });
    const expired = { error: "invalid_client", error_description: "AADSTS7000222: The client secret is expired." };
    await app.control("faults", { target: "POST ^/.*/oauth2/v2.0/token$", status: 401, body: expired });
    // The app still has a token.
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}/listAvailablePlans`, status: 401 });
    const { marketplaceApiUrl: baseUrl, entra } = app.sandbox;
    try {
      await theDayComes(id, createMarketplace({ baseUrl, getToken: createAppToken(entra).get }));
      expect(await stateOf(made.id)).toMatchObject({ state: "waiting", problem: expect.any(String) });
    } finally {
      await app.control("faults", undefined, "DELETE");
    }
    await eventually(async () => {
      await app.db.execute(sql`update planned_changes set retry_at = null where id = ${made.id}`);
      await run();
      return (await app.find(id))?.planId === "business";
    });
  });

  test("is dropped when its subscription ends, whenever its day is", async () => {
    const id = await app.buyActive();
    const seats = await plan({ subscriptionId: id, action: "changeQuantity", quantity: 9, on: inDays(1), reason });
    const later = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: null, reason });
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason, until: inDays(30) });
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await eventually(async () => (await app.record(id))?.status === "Unsubscribed");
    await run();
    expect(await stateOf(seats.id)).toEqual({ state: "superseded", problem: "The subscription has ended." });
    expect(await stateOf(later.id)).toEqual({ state: "superseded", problem: "The subscription has ended." });
    expect([await planned(id), await needs(id)]).toEqual([[], []]);
  });
});

describe("at the end of the term", () => {
  test("a change is planned for the day after it, and follows a term that changes", async () => {
    const id = await app.buyActive();
    const { termEndsOn } = (await app.find(id))!;
    const made = await plan({ subscriptionId: id, action: "changePlan", planId: "business", on: null, reason });
    expect(made.on).toBe(addDays(termEndsOn!, 1));
    const longer = addDays(termEndsOn!, 10);
    await eventually(async () => {
      // A reconciliation may have repaired it.
      await app.db.execute(sql`update subscriptions set term_ends_at = ${`${longer}T00:00:00Z`} where id = ${id}`);
      await run();
      const [found] = await planned(id);
      return found?.on === addDays(longer, 1) && found.isAtTermEnd && found.state === "waiting";
    });
    expect(await kinds(id)).toContain("planned_change.moved");
  });
});

describe("a suspension with an end", () => {
  test("begins now, and its end is made on its day", async () => {
    const id = await app.buyActive();
    const until = inDays(14);
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason, until });
    expect(await app.find(id)).toMatchObject({ access: "suspended", planned: [{ action: "reinstate", on: until }] });
    await theDayComes(id);
    expect(await app.find(id)).toMatchObject({ access: "full", planned: [] });
  });

  test("begins on a day, and plans its end then", async () => {
    const id = await app.buyActive();
    await plan({ subscriptionId: id, action: "suspend", on: inDays(3), until: inDays(14), reason });
    await theDayComes(id);
    expect(await app.find(id)).toMatchObject({
      access: "suspended",
      planned: [{ action: "reinstate", on: inDays(14) }],
    });
  });

  test("does not end what someone suspended before its day, and says so", async () => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "suspend", on: inDays(3), until: inDays(14), reason });
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "Abuse" });
    await theDayComes(id);
    expect(await stateOf(made.id)).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("already suspended"),
    });
    expect(await app.find(id)).toMatchObject({ access: "suspended" });
  });

  test("fails in sight if its term now ends later than the suspension should", async () => {
    const id = await app.buyActive();
    const { termEndsOn } = (await app.find(id))!;
    const until = addDays(termEndsOn!, 5);
    const made = await plan({ subscriptionId: id, action: "suspend", on: null, until, reason });
    const longer = addDays(termEndsOn!, 10);
    await eventually(async () => {
      // A reconciliation may have repaired it.
      await app.db.execute(sql`update subscriptions set term_ends_at = ${`${longer}T00:00:00Z`} where id = ${id}`);
      await run();
      return (await stateOf(made.id))?.state !== "waiting";
    });
    expect(await stateOf(made.id)).toMatchObject({ state: "failed", problem: expect.stringContaining("planned end") });
    expect(await needs(id)).toMatchObject([{ kind: "planned_change_failed" }]);
  });

  test("fails in sight if it could only begin once it should have ended", async () => {
    const id = await app.buyActive();
    const made = await plan({ subscriptionId: id, action: "suspend", on: inDays(3), until: inDays(5), reason });
    await app.db.execute(sql`update planned_changes set due_on = (now() at time zone 'UTC')::date - 1,
      until_on = (now() at time zone 'UTC')::date where id = ${made.id}`);
    await run();
    expect(await stateOf(made.id)).toMatchObject({ state: "failed", problem: expect.stringContaining("planned end") });
    expect(await app.find(id)).toMatchObject({ access: "full", planned: [{ state: "failed" }] });
  });

  test("that staff end earlier leaves nothing planned", async () => {
    const id = await app.buyActive();
    await app.as("operator").subscriptions.suspend({ subscriptionId: id, reason, until: inDays(14) });
    await app.as("operator").subscriptions.reinstate({ subscriptionId: id, reason });
    expect(await app.find(id)).toMatchObject({ access: "full", planned: [] });
    expect(await kinds(id)).toContain("planned_change.superseded");
  });
});
