/** What the product may change, and that it happens once. */
import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doOnce } from "../../server/commands/product/do-once.ts";
import { suspendSubscription } from "../../server/commands/subscriptions/hold-subscription.ts";
import type { Context } from "../../server/context.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { idempotentCalls } from "../../server/database/schema/idempotent-calls.ts";
import { operations } from "../../server/database/schema/operations.ts";
import { sweepCallKeys } from "../../server/database/writes/idempotent-calls.ts";
import { carryOutPlannedChanges } from "../../server/commands/planned-changes/carry-out-planned-changes.ts";
import { addDays, utcDayOf } from "../../shared/day.ts";
import { AppError } from "../../server/errors.ts";
import type { ProblemShape, SubscriptionShape } from "../../server/http/product-api/schemas.ts";
import type { ProductOperation, ProductPlannedChange } from "../../shared/product-operations.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key: string;
let keyId: string;
let otherKey: string;
beforeAll(async () => {
  app = await startTestApp();
  const scopes = ["read", "change"] as const;
  ({ id: keyId, key } = await app.as("admin").keys.make({ name: "Product", scopes: [...scopes] }));
  ({ key: otherKey } = await app.as("admin").keys.make({ name: "Other", scopes: [...scopes] }));
});
afterAll(() => app?.stop());

type Answer<Body> = { status: number; headers: Headers; body: Body };

async function command<Body = ProductOperation>(
  id: string,
  verb: string,
  body: object,
  options: { idempotencyKey?: string | null; key?: string } = {},
): Promise<Answer<Body>> {
  const { idempotencyKey = randomUUID(), key: given = key } = options;
  const response = await fetch(`${app.url}/api/v1/subscriptions/${id}/${verb}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${given}`,
      "content-type": "application/json",
      ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const refused = (id: string, verb: string, body: object, options = {}) =>
  command<ProblemShape>(id, verb, body, options);

async function get<Body>(path: string): Promise<Body> {
  const response = await fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

const isFinished = async (location: string | null) => {
  const operation = await get<ProductOperation>(location ?? "");
  return operation.finishedAt !== null && operation;
};

const reason = "Requested in the product";
const operationsOf = (id: string, action: string) =>
  app.db
    .select()
    .from(operations)
    .where(and(eq(operations.subscriptionId, id), eq(operations.action, action)));

describe("a command", () => {
  test("changes seats and plan as staff do, and its operation can be followed", async () => {
    const id = await app.buyActive();
    for (const [verb, body, action] of [
      ["change-quantity", { quantity: 8, reason }, "ChangeQuantity"],
      ["change-plan", { planId: "business", reason }, "ChangePlan"],
    ] as const) {
      const { status, headers, body: operation } = await command(id, verb, body);
      expect(status).toBe(202);
      expect(operation).toMatchObject({ subscriptionId: id, action, requestedByName: "Product" });
      expect(headers.get("location")).toBe(`/api/v1/operations/${operation.id}`);
      const ended = await eventually(() => isFinished(headers.get("location")));
      expect(ended).toMatchObject({ id: operation.id, state: "succeeded", detail: "Completed." });
    }
    expect(await get<SubscriptionShape>(`/api/v1/subscriptions/${id}`)).toMatchObject({
      planId: "business",
      quantity: 8,
    });
    const [entry] = await app.db
      .select()
      .from(activity)
      .where(and(eq(activity.subscriptionId, id), eq(activity.kind, "operation.requested")));
    expect(entry).toMatchObject({ actorKind: "product", actorName: "Product", source: "api", reason });
  });

  test("suspends and reinstates access immediately", async () => {
    const id = await app.buyActive();
    const hold = await command(id, "hold", { reason });
    expect(hold).toMatchObject({ status: 202, body: { action: "Hold", state: "succeeded", subscriptionId: id } });
    expect(await get<SubscriptionShape>(`/api/v1/subscriptions/${id}`)).toMatchObject({ access: "suspended" });
    expect(await get(hold.headers.get("location") ?? "")).toEqual(hold.body);
    const again = await refused(id, "hold", { reason });
    expect(again).toMatchObject({ status: 409, body: { type: "urn:marketdesk:not-allowed-now" } });
    expect(again.body.detail).toBe("You have already suspended access.");
    expect(await command(id, "lift-hold", { reason })).toMatchObject({ status: 202, body: { action: "LiftHold" } });
    expect(await get<SubscriptionShape>(`/api/v1/subscriptions/${id}`)).toMatchObject({ access: "full" });
  });

  test("activates a purchase", async () => {
    const id = await app.buy();
    const { headers } = await command(id, "activate", { reason });
    await eventually(() => isFinished(headers.get("location")));
    expect(await get<SubscriptionShape>(`/api/v1/subscriptions/${id}`)).toMatchObject({ status: "Subscribed" });
  });

  test("requests a cancellation that staff approve, and never cancels without them", async () => {
    const id = await app.buyActive();
    const { status, headers, body } = await command(id, "request-cancellation", { reason });
    expect(status).toBe(202);
    expect(body).toMatchObject({ action: "Unsubscribe", state: "waiting_for_approval", finishedAt: null });
    expect(await operationsOf(id, "Unsubscribe")).toEqual([]);
    const twice = await refused(id, "request-cancellation", { reason });
    expect(twice).toMatchObject({ status: 409 });
    expect(twice.body.detail).toContain("Product has already requested the cancellation");
    const seen = await app.as("operator").subscriptions.get({ id });
    expect(seen.cancelRequest).toMatchObject({ requestedByName: "Product", reason, isMine: false });
    const needs = await app.as("operator").needs.list({});
    expect(needs.needs.some((need) => need.kind === "cancel_request" && need.id === body.id)).toBe(true);
    await app.as("operator").cancellations.approve({ requestId: body.id });
    const ended = await eventually(() => isFinished(headers.get("location")));
    expect(ended).toMatchObject({ id: body.id, state: "succeeded", action: "Unsubscribe" });
    expect((await operationsOf(id, "Unsubscribe"))[0]).toMatchObject({ actorKind: "product", actorName: "Product" });
    expect(await get<SubscriptionShape>(`/api/v1/subscriptions/${id}`)).toMatchObject({ access: "ended" });
  });

  test("whose cancellation is declined or expires says so", async () => {
    const id = await app.buyActive();
    const first = await command(id, "request-cancellation", { reason });
    await app.as("operator").cancellations.decline({ requestId: first.body.id, reason: "They stay" });
    expect(await get(first.headers.get("location") ?? "")).toMatchObject({
      state: "failed",
      detail: "Staff declined the cancellation: They stay",
    });
    const second = await command(id, "request-cancellation", { reason });
    await app.db.execute(sql`update cancel_requests set requested_at = requested_at - interval '8 days',
      expires_at = expires_at - interval '8 days' where id = ${second.body.id}`);
    expect(await get(second.headers.get("location") ?? "")).toMatchObject({
      state: "failed",
      detail: "The request expired without a decision. Nothing was changed.",
    });
  });

  test.each([
    ["change-quantity", { quantity: 0, reason }, "A subscription must have at least 1 seat"],
    ["change-quantity", { quantity: 1.5, reason }, "Seats must be a whole number"],
    ["change-quantity", { quantity: 5 }, "reason"],
    ["change-plan", { planId: "", reason }, "Choose a plan"],
    ["change-plan", { planId: "gold", reason }, "Microsoft does not offer this plan"],
    ["change-quantity", { quantity: 5_000, reason }, "at most"],
    ["hold", { reason: "x" }, "3 characters"],
    ["hold", { reason, color: "red" }, "color"],
  ])("%s with %j is refused in a sentence", async (verb, body, words) => {
    const id = await app.buyActive();
    const { status, body: problem } = await refused(id, verb, body);
    expect(status).toBe(400);
    expect(problem.detail).toContain(words);
  });

  test("for another plan of an ended subscription is refused without a call that Microsoft would refuse", async () => {
    const ids = [await app.buyActive(), await app.buyActive()];
    for (const id of ids) await app.control(`subscriptions/${id}/unsubscribe`, {});
    await eventually(async () =>
      (await Promise.all(ids.map(app.record))).every((one) => one?.status === "Unsubscribed"),
    );
    const ended = "This subscription has been canceled and cannot be reactivated.";
    for (const id of ids) {
      for (const [verb, body] of [
        ["change-plan", { planId: "business", reason }],
        ["change-quantity", { quantity: 7, reason }],
        ["planned-changes", { action: "ChangePlan", planId: "business", on: addDays(utcDayOf(new Date()), 9), reason }],
      ] as const) {
        const answer = await refused(id, verb, body);
        expect([answer.status, answer.body.type, answer.body.detail]).toEqual([
          409,
          "urn:marketdesk:not-allowed-now",
          ended,
        ]);
      }
      const staff = app.as("operator").subscriptions;
      await expect(staff.changePlan({ subscriptionId: id, planId: "business", reason })).rejects.toThrow(ended);
      await expect(staff.askPlans({ id })).rejects.toThrow(ended);
    }
    const { calls } = await app.control<{ calls: { path: string; status: number }[] }>("calls?limit=1000");
    expect(calls.filter(({ path, status }) => status === 403 && ids.some((id) => path.includes(id)))).toEqual([]);
  });

  test("about a subscription or an operation that does not exist is 404", async () => {
    expect((await refused("nowhere", "hold", { reason })).status).toBe(404);
    const response = await fetch(`${app.url}/api/v1/operations/${randomUUID()}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(response.status).toBe(404);
  });

  test("needs the scope change, with which its operation can also be followed", async () => {
    const id = await app.buyActive();
    const { key: reading } = await app.as("admin").keys.make({ name: "Reading" });
    const { key: changing } = await app.as("admin").keys.make({ name: "Changing", scopes: ["change"] });
    expect(await refused(id, "hold", { reason }, { key: reading })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining("`change`") },
    });
    const { headers } = await command(id, "hold", { reason }, { key: changing });
    for (const given of [reading, changing]) {
      const response = await fetch(`${app.url}${headers.get("location")}`, {
        headers: { authorization: `Bearer ${given}` },
      });
      expect(response.status).toBe(200);
    }
  });
});

describe("an Idempotency-Key", () => {
  test("is required", async () => {
    const id = await app.buyActive();
    const { status, body } = await refused(id, "hold", { reason }, { idempotencyKey: null });
    expect(status).toBe(400);
    expect(body.detail).toContain("Idempotency-Key");
    for (const idempotencyKey of ["a b", "x".repeat(256)]) {
      expect((await refused(id, "hold", { reason }, { idempotencyKey })).status).toBe(400);
    }
  });

  test("has the command carried out once, and gives the same answer again, quoted or not", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const body = { quantity: 9, reason };
    const first = await command(id, "change-quantity", body, { idempotencyKey });
    await eventually(() => isFinished(first.headers.get("location")));
    for (const given of [idempotencyKey, `"${idempotencyKey}"`]) {
      const again = await command(id, "change-quantity", body, { idempotencyKey: given });
      expect(again.status).toBe(202);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      expect(again.headers.get("idempotent-replayed")).toBe("true");
    }
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(await operationsOf(id, "ChangeQuantity")).toHaveLength(1);
  });

  test("keeps a refusal too", async () => {
    const id = await app.buy();
    const idempotencyKey = randomUUID();
    const first = await refused(id, "change-quantity", { quantity: 9, reason }, { idempotencyKey });
    expect(first.status).toBe(409);
    await app.as("operator").subscriptions.activate({ subscriptionId: id, reason });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    expect((await refused(id, "change-quantity", { quantity: 9, reason }, { idempotencyKey })).body).toEqual(
      first.body,
    );
    await eventually(async () => (await app.record(id))?.openOperations === 0);
    expect((await command(id, "change-quantity", { quantity: 9, reason })).status).toBe(202);
  });

  test("with another body, path or subscription is 422; with another API key it is another one", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    await command(id, "change-quantity", { quantity: 9, reason }, { idempotencyKey });
    for (const [verb, body] of [
      ["change-quantity", { quantity: 10, reason }],
      ["hold", { reason }],
    ] as const) {
      expect(await refused(id, verb, body, { idempotencyKey })).toMatchObject({
        status: 422,
        body: { type: "urn:marketdesk:idempotency-key-reused" },
      });
    }
    expect((await command(id, "hold", { reason }, { idempotencyKey, key: otherKey })).status).toBe(202);
  });

  test("of a call in progress is 409; of one whose process died, the command is carried out once", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const first = await command(id, "hold", { reason }, { idempotencyKey });
    const isCall = and(eq(idempotentCalls.apiKeyId, keyId), eq(idempotentCalls.idempotencyKey, idempotencyKey));
    // As after a crash between the command's commit and the note of its outcome.
    await app.db.update(idempotentCalls).set({ outcome: null }).where(isCall);
    const busy = await refused(id, "hold", { reason }, { idempotencyKey });
    expect(busy).toMatchObject({ status: 409, body: { type: "urn:marketdesk:in-progress" } });
    expect(busy.headers.get("retry-after")).toBe("2");
    await app.db
      .update(idempotentCalls)
      .set({ claimedAt: sql`now() - interval '61 seconds'` })
      .where(isCall);
    const again = await command(id, "hold", { reason }, { idempotencyKey });
    expect(again).toMatchObject({ status: 202, body: first.body });
    // As after a crash before the command.
    const other = await app.buyActive();
    const before = randomUUID();
    const { body } = await command(other, "hold", { reason }, { idempotencyKey: before });
    await app.db.execute(sql`update idempotent_calls set outcome = null, claimed_at = now() - interval '61 seconds',
      operation_id = gen_random_uuid() where idempotency_key = ${before}`);
    await app.as("operator").subscriptions.reinstate({ subscriptionId: other, reason });
    const taken = await command(other, "hold", { reason }, { idempotencyKey: before });
    expect(taken.status).toBe(202);
    expect(taken.body.id).not.toBe(body.id);
  });

  test("sent many times simultaneously has the command carried out once", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const race = await Promise.all(
      Array.from({ length: 12 }, () => command(id, "change-quantity", { quantity: 11, reason }, { idempotencyKey })),
    );
    expect(race.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(new Set(race.filter(({ status }) => status === 202).map(({ body }) => body.id)).size).toBe(1);
    expect(await operationsOf(id, "ChangeQuantity")).toHaveLength(1);
  });

  test("can be sent again when Microsoft could not be asked", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    await app.control("faults", { target: "GET ^/api/.*/listAvailablePlans", status: 500 });
    const first = await refused(id, "change-plan", { planId: "business", reason }, { idempotencyKey });
    expect(first.status).toBe(502);
    await app.control("faults", undefined, "DELETE");
    const again = await command(id, "change-plan", { planId: "business", reason }, { idempotencyKey });
    expect(again.status).toBe(202);
  });

  const hold = (id: string, idempotencyKey: string, run: (ctx: Context, entryId: string) => Promise<unknown>) => {
    const actor = { kind: "product" as const, id: keyId, name: "Product" };
    const ctx: Context = { db: app.db, marketplace: app.marketplace, now: () => new Date(), log: quiet, actor };
    const path = `/api/v1/subscriptions/${id}/hold`;
    const call = { apiKeyId: keyId, idempotencyKey, method: "POST", path, input: { reason } };
    return doOnce(ctx, call, (entryId) => run(ctx, entryId));
  };

  /** An attempt that hangs for so long that the next one takes over. */
  async function hang(id: string, idempotencyKey: string, then: (ctx: Context, entryId: string) => Promise<unknown>) {
    const [begun, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const ended = hold(id, idempotencyKey, async (ctx, entryId) => {
      begun.resolve();
      await resumed.promise;
      return then(ctx, entryId);
    });
    await begun.promise;
    await app.db.execute(sql`
      update idempotent_calls set claimed_at = now() - interval '61 seconds' where idempotency_key = ${idempotencyKey}`);
    return {
      resume() {
        resumed.resolve();
        return ended;
      },
    };
  }

  test("keeps the operation of the attempt that took over when the first one is refused after it", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const suspend = (ctx: Context, entryId: string) =>
      suspendSubscription(ctx, { subscriptionId: id, reason, entryId });
    const first = await hang(id, idempotencyKey, suspend);
    const { operation } = await hold(id, idempotencyKey, suspend);
    expect(await first.resume()).toEqual({ operation, isRepeated: false });
    expect(await hold(id, idempotencyKey, suspend)).toEqual({ operation, isRepeated: true });
  });

  test("keeps the first refusal when a later attempt is refused for another reason", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const refuse = (words: string) => () => Promise.reject(new AppError("NotAllowedNow", words));
    const first = await hang(id, idempotencyKey, refuse("The later reason."));
    await expect(hold(id, idempotencyKey, refuse("The first reason."))).rejects.toThrow("The first reason.");
    await expect(first.resume()).rejects.toThrow("The later reason.");
    await expect(hold(id, idempotencyKey, refuse("Not asked."))).rejects.toThrow("The first reason.");
  });

  test("gives the operation of a command whose connection was lost during the commit", async () => {
    const id = await app.buyActive();
    const lost = new Error("Connection terminated unexpectedly");
    const idempotencyKey = randomUUID();
    let created = "";
    const first = hold(id, idempotencyKey, async (ctx, entryId) => {
      created = entryId;
      await suspendSubscription(ctx, { subscriptionId: id, reason, entryId });
      throw lost;
    });
    await expect(first).rejects.toThrow(lost);
    const again = await command(id, "hold", { reason }, { idempotencyKey });
    expect(again).toMatchObject({ status: 202, body: { id: created, action: "Hold", state: "succeeded" } });

    // The commit ends only while the repeated call runs, which is then refused because of it.
    await command(id, "lift-hold", { reason });
    const slow = randomUUID();
    await expect(hold(id, slow, () => Promise.reject(lost))).rejects.toThrow(lost);
    const repeated = await hold(id, slow, async (ctx, entryId) => {
      await suspendSubscription(ctx, { subscriptionId: id, reason, entryId });
      await suspendSubscription(ctx, { subscriptionId: id, reason, entryId });
    });
    expect(repeated.operation).toMatchObject({ action: "Hold", state: "succeeded" });
    expect(await command(id, "hold", { reason }, { idempotencyKey: slow })).toMatchObject({
      status: 202,
      body: { id: repeated.operation.id },
    });
  });

  test("is forgotten after a day", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const first = await command(id, "hold", { reason }, { idempotencyKey });
    await app.db.execute(sql`update idempotent_calls set created_at = created_at - interval '25 hours'
      where idempotency_key = ${idempotencyKey}`);
    const next = await command(id, "lift-hold", { reason }, { idempotencyKey });
    expect(next.status).toBe(202);
    expect(next.body.id).not.toBe(first.body.id);
    await app.db.execute(sql`update idempotent_calls set created_at = created_at - interval '25 hours'`);
    await sweepCallKeys(app.db, new Date());
    expect(await app.db.$count(idempotentCalls)).toBe(0);
  });
});

describe("a planned change of the product", () => {
  const day = (days: number) => addDays(utcDayOf(Date.now()), days);
  const plan = (id: string, body: object, options = {}) =>
    command<ProductPlannedChange>(id, "planned-changes", { reason, ...body }, options);
  const read = (id: string) => get<ProductPlannedChange>(`/api/v1/planned-changes/${id}`);
  const listed = async (id: string) =>
    (await get<{ plannedChanges: ProductPlannedChange[] }>(`/api/v1/subscriptions/${id}/planned-changes`))
      .plannedChanges;
  const cancel = (id: string, given = key) =>
    fetch(`${app.url}/api/v1/planned-changes/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${given}` },
    });
  /** As if the days until the change had passed. */
  async function carryOut(id: string): Promise<void> {
    await app.db.execute(sql`update planned_changes set due_on = ${day(0)} where id = ${id}`);
    await carryOutPlannedChanges({
      db: app.appDb,
      marketplace: app.marketplace,
      now: () => new Date(),
      log: quiet,
    });
  }
  const eventsOf = async (id: string) => {
    const { changes } = await get<{ changes: { type: string; subscriptionId: string }[] }>("/api/v1/changes?limit=500");
    return changes
      .filter(({ type, subscriptionId }) => subscriptionId === id && type.startsWith("planned_change."))
      .map(({ type }) => type);
  };

  test("is planned once for each key, listed, and made on its day in the name of the key", async () => {
    const id = await app.buyActive();
    const idempotencyKey = randomUUID();
    const body = { action: "ChangeQuantity", quantity: 9, on: day(9) };
    const made = await plan(id, body, { idempotencyKey });
    expect(made).toMatchObject({
      status: 201,
      body: { action: "ChangeQuantity", state: "waiting", quantity: 9, on: day(9), plannedByName: "Product" },
    });
    const again = await plan(id, body, { idempotencyKey });
    expect(again).toMatchObject({ status: 201, body: { id: made.body.id } });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await plan(id, { ...body, quantity: 10 }, { idempotencyKey })).toMatchObject({ status: 422 });
    expect(await plan(id, body)).toMatchObject({ status: 409 });
    expect((await listed(id)).map((one) => one.id)).toEqual([made.body.id]);

    await carryOut(made.body.id);
    await eventually(async () => (await app.record(id))?.quantity === 9);
    expect((await operationsOf(id, "ChangeQuantity"))[0]).toMatchObject({ actorKind: "product", actorId: keyId });
    expect(await read(made.body.id)).toMatchObject({ operationId: expect.any(String) });
    await eventually(async () => (await eventsOf(id)).includes("planned_change.carried_out"));
    expect(await eventsOf(id)).toEqual(["planned_change.planned", "planned_change.carried_out"]);
  });

  test("is canceled before its day, also if staff have planned it, and a repeated call changes nothing", async () => {
    const id = await app.buyActive();
    const planned = await app
      .as("operator")
      .plannedChanges.plan({ subscriptionId: id, action: "suspend", on: day(3), until: day(5), reason });
    expect(await read(planned.id)).toMatchObject({ action: "Hold", on: day(3), until: day(5) });
    for (let round = 0; round < 2; round += 1) {
      const answer = await cancel(planned.id);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ state: "canceled" });
    }
    expect((await app.find(id))?.planned).toEqual([]);
    expect((await cancel(randomUUID())).status).toBe(404);
  });

  test("is not made once its key was revoked, and needs attention", async () => {
    const id = await app.buyActive();
    const { id: leaving, key: given } = await app.as("admin").keys.make({ name: "Leaving", scopes: ["change"] });
    const { body } = await plan(id, { action: "Hold", on: day(2) }, { key: given });
    await app.as("admin").keys.revoke({ id: leaving, reason: "No longer used" });
    await carryOut(body.id);
    expect(await read(body.id)).toMatchObject({ state: "failed", problem: expect.stringContaining("“Leaving”") });
    expect((await app.find(id))?.hold).toBeNull();
    const needs = (await app.as("operator").needs.list({})).needs.filter(({ subscriptionId }) => subscriptionId === id);
    expect(needs.map(({ kind }) => kind)).toContain("planned_change_failed");
  });

  test("is refused where staff are refused, and with a field that is not of its action", async () => {
    const id = await app.buyActive();
    expect(await plan(id, { action: "ChangeQuantity", quantity: 5, on: day(9) })).toMatchObject({ status: 400 });
    expect(await plan(id, { action: "Hold", on: day(0) })).toMatchObject({ status: 400 });
    expect(await plan(id, { action: "Hold", quantity: 3, on: day(9) })).toMatchObject({ status: 400 });
    expect(await plan("no-such", { action: "Hold", on: day(9) })).toMatchObject({ status: 404 });
    const { key: reader } = await app.as("admin").keys.make({ name: "Reader", scopes: ["read"] });
    expect(await plan(id, { action: "Hold", on: day(9) }, { key: reader })).toMatchObject({ status: 403 });
    expect((await cancel(randomUUID(), reader)).status).toBe(403);
  });
});
