import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../server/database/schema/operations.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const settled = (subscriptionId: string, action: string, count = 1) =>
  eventually(async () => {
    const ended = (await app.find(subscriptionId))?.operations.filter(
      (operation) => operation.action === action && operation.stage === "settled",
    );
    return ended && ended.length >= count && ended;
  });

/** The ID of its open operation, once that has failed and can be postponed until a test needs it. */
const postponed = (subscriptionId: string) =>
  eventually(async () => {
    const { rows } = await app.db.execute<{ id: string }>(sql`
      update operations set due_at = now() + interval '1 day'
      where subscription_id = ${subscriptionId} and last_error is not null and claimed_by is null and due_at is not null
      returning id`);
    return rows[0]?.id;
  });

type Call = { method: string; path: string; status: number };
const callsTo = async (part: string) =>
  (await app.control<{ calls: Call[] }>("calls?limit=2000")).calls.filter((call) => call.path.includes(part));

describe("two changes of a subscription", () => {
  test.each([
    ["", 0],
    [", also if an instance whose clock is an hour behind receives the second one", 3_600_000],
  ])("case 44: plan and seats become two operations, one after the other%s", async (_, behindMs) => {
    const id = await app.buyActive();
    // The plan change stays open until the seat change is seen waiting for it.
    const path = `^/api/saas/subscriptions/${id}`;
    const { raw } = await app.marketplace.getSubscription(id);
    await app.control("faults", { target: `GET ${path}$`, body: raw });
    await app.control("faults", { target: `GET ${path}/operations/`, status: 500 });
    await app.as("operator").subscriptions.changePlan({ subscriptionId: id, planId: "business", reason: "Growth" });
    await eventually(async () => (await app.find(id))?.operations.find(({ stage }) => stage === "accepted"));
    const other = app.as("operator", { now: () => new Date(Date.now() - behindMs) });
    await other.subscriptions.changeQuantity({ subscriptionId: id, quantity: 9, reason: "Growth" });
    const waiting = await eventually(async () =>
      (await app.find(id))?.operations.find(
        (operation) => operation.action === "ChangeQuantity" && operation.lastError,
      ),
    );
    expect(waiting).toMatchObject({
      stage: "requested",
      lastError: expect.stringContaining("Waiting for ChangePlan to complete"),
    });
    await app.control("faults", undefined, "DELETE");
    await settled(id, "ChangePlan");
    await settled(id, "ChangeQuantity");
    expect(await app.find(id)).toMatchObject({ planId: "business", quantity: 9 });
  });

  test("of the same kind are refused", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ operationDelayMs: 300 });
    const staff = app.as("operator").subscriptions;
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        staff.changeQuantity({ subscriptionId: id, quantity: 6, reason: "Pressed often" }),
      ),
    );
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    await settled(id, "ChangeQuantity");
    const patches = (await callsTo(`/subscriptions/${id}`)).filter((call) => call.method === "PATCH");
    expect(patches).toHaveLength(1);
  });
});

describe("a change of our own", () => {
  test("F10: is not repeated if its connection was cut after the effect: the state is read", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `PATCH /api/saas/subscriptions/${id}`, times: 1, cut: "after" });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 11, reason: "Growth" });
    const [operation] = await settled(id, "ChangeQuantity");
    expect(operation).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ quantity: 11 });
    const patches = (await callsTo(`/subscriptions/${id}`)).filter((call) => call.method === "PATCH");
    expect(patches).toHaveLength(1);
  });

  test("case 45: that Microsoft refuses leaves the value, and shows Microsoft's message and ids", async () => {
    const id = await app.buyActive();
    await app.control("faults", {
      target: `PATCH /api/saas/subscriptions/${id}`,
      times: 1,
      status: 400,
      body: { code: "BadArgument", message: "The market does not allow this quantity." },
    });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 12, reason: "Growth" });
    const [operation] = await settled(id, "ChangeQuantity");
    expect(operation).toMatchObject({
      outcome: "failed",
      lastError: expect.stringContaining("The market does not allow this quantity."),
    });
    expect(await app.find(id)).toMatchObject({ quantity: 5 });
  });

  test.each([
    [
      "Entra refuses a token once",
      [
        { target: "PATCH ^/api/saas/subscriptions/", status: 401 },
        { target: "POST ^/.*/oauth2/v2.0/token$", status: 401, body: { error_description: "AADSTS7000222: Expired." } },
      ],
    ],
    [
      "a proxy answers once instead of Microsoft",
      [{ target: "PATCH ^/api/saas/subscriptions/", status: 400, body: "<html><h1>Bad request</h1></html>" }],
    ],
    ...[200, 401, 404, 409].map((status): [string, object[]] => [
      `a proxy answers once with a page and ${status}`,
      [{ target: "PATCH ^/api/saas/subscriptions/", status, body: "<html>", isForeign: true }],
    ]),
  ])("is made although %s", async (_, faults) => {
    const id = await app.buyActive();
    for (const fault of faults) await app.control("faults", { ...fault, times: 1 });
    try {
      await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 12, reason: "Growth" });
      const [operation] = await settled(id, "ChangeQuantity");
      expect(operation).toMatchObject({ outcome: "succeeded", lastError: null });
    } finally {
      await app.control("faults", undefined, "DELETE");
    }
    expect(await app.find(id)).toMatchObject({ quantity: 12 });
  });

  test("case 9: is successful if an activation is refused because the subscription is already active", async () => {
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 3,
      purchaser: "ben",
    });
    await app.as("operator").reconcile.start();
    await eventually(() => app.find(subscriptionId));
    // Someone else activates it first.
    await app.marketplace.activate(subscriptionId, "team", 3);
    await eventually(async () => (await app.marketplace.getSubscription(subscriptionId)).status === "Subscribed");
    await app.control("faults", {
      target: `POST /api/saas/subscriptions/${subscriptionId}/activate`,
      times: 1,
      status: 400,
      body: { code: "BadRequest", message: "Already subscribed." },
    });
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Agreed" });
    const [operation] = await settled(subscriptionId, "Activate");
    expect(operation).toMatchObject({ outcome: "succeeded" });
    expect(await app.find(subscriptionId)).toMatchObject({ status: "Subscribed" });
  });

  test("cases 8 and 11: that activates and then fails at Microsoft ends the purchase and says so", async () => {
    await app.changeSettings({ activationOutcome: "Unsubscribed", activationDelayMs: 200 });
    const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
      offerId: "insight",
      planId: "team",
      quantity: 3,
      purchaser: "ben",
    });
    await app.as("operator").reconcile.start();
    await eventually(() => app.find(subscriptionId));
    await app.as("operator").subscriptions.activate({ subscriptionId, reason: "Agreed" });
    const [operation] = await settled(subscriptionId, "Activate");
    expect(operation).toMatchObject({ outcome: "failed", lastError: expect.stringContaining("ended the purchase") });
    expect(await app.find(subscriptionId)).toMatchObject({ status: "Unsubscribed", access: "ended" });
  });
});

describe("a notification from Microsoft", () => {
  test("case 24: that names another subscription's operation is quarantined and changes nothing", async () => {
    const [own, other] = [await app.buyActive(), await app.buyActive()];
    const { operationId } = await app.control<{ operationId: string }>(`subscriptions/${other}/suspend`, {
      deliver: false,
    });
    await app.deliver({ id: operationId, subscriptionId: own, action: "Suspend", status: "Succeeded" });
    // Microsoft's record could still be lagging behind; ten minutes later it no longer can.
    await eventually(() => app.expireEffectWait(own, "Suspend"));
    const [operation] = await settled(own, "Suspend");
    expect(operation).toMatchObject({ outcome: "quarantined" });
    expect(await app.find(own)).toMatchObject({ status: "Subscribed" });
  });

  test("case 25: is applied although Get Operation fails", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `GET /api/saas/subscriptions/${id}/operations/`, times: 6, status: 500 });
    await app.control(`subscriptions/${id}/suspend`, {});
    await settled(id, "Suspend");
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
  });

  test("case 36: of a change that arrives after the end changes nothing", async () => {
    const id = await app.buyActive();
    const late = await app.control<{ operationId: string }>(`subscriptions/${id}/suspend`, { deliver: false });
    await app.control(`subscriptions/${id}/unsubscribe`, {});
    await settled(id, "Unsubscribe");
    await app.deliver({ id: late.operationId, subscriptionId: id, action: "Suspend", status: "Succeeded" });
    await settled(id, "Suspend");
    expect(await app.find(id)).toMatchObject({ status: "Unsubscribed", access: "ended" });
  });

  test("case 28: that was answered too late is applied by reading the subscription", async () => {
    const id = await app.buyActive();
    await app.control("faults", {
      target: `PATCH /api/saas/subscriptions/${id}/operations/`,
      times: 1,
      status: 409,
      body: "",
    });
    await app.changeSettings({ answerWindowMs: 600 });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 13 });
    const [operation] = await settled(id, "ChangeQuantity");
    expect(operation).toMatchObject({ outcome: "succeeded", acknowledgedAt: null });
    expect(await app.find(id)).toMatchObject({ quantity: 13 });
  });

  test("case 40: without a nested subscription is settled with Microsoft's values", async () => {
    const id = await app.buyActive();
    const { operationId } = await app.control<{ operationId: string }>(`subscriptions/${id}/renew`, { deliver: false });
    await app.deliver({ id: operationId, subscriptionId: id, action: "Renew", status: "", quantity: "", planId: "" });
    const [operation] = await settled(id, "Renew");
    expect(operation).toMatchObject({ outcome: "succeeded" });
  });
});

describe("a subscription that another transaction has locked", () => {
  test("does not delay others, and is settled after the lock", async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => app.buyActive()));
    const [lockedId = "", ...others] = ids;
    const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>();
    const holding = app.db.transaction(async (tx) => {
      await tx.execute(sql`select from subscriptions where id = ${lockedId} for update`);
      // The webhooks of all come together, so that their ends would share a statement.
      await Promise.all(ids.map((id) => app.control(`subscriptions/${id}/renew`, {})));
      await Promise.all(others.map((id) => settled(id, "Renew")));
      expect((await app.find(lockedId))?.openOperations).toBe(1);
      letGo();
    });
    await isLetGo;
    await holding;
    await settled(lockedId, "Renew");
  });
});

describe("the trace of a delivery", () => {
  test("case 54: shows everything from the POST to the applied change, with our calls and their ids", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 8 });
    const [operation] = await settled(id, "ChangeQuantity");
    const trace = await app.as("viewer").operations.trace({ id: operation?.id ?? "" });
    expect(trace.deliveries).toHaveLength(1);
    const steps = trace.steps.map((step) => step.step);
    expect(steps.filter((step, index) => step !== "poll" && step !== steps[index - 1])).toEqual([
      "verify",
      "decide",
      "acknowledge",
      "settle",
    ]);
    const calls = trace.steps.flatMap((step) => step.calls);
    expect(calls.find((call) => call.method === "PATCH")).toMatchObject({ status: 200 });
    for (const call of calls) expect(call.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(trace.activity.map((line) => line.kind)).toEqual(["subscription.quantity_changed", "operation.succeeded"]);
  });

  test("shows in a dry run what would change, and a replay applies it once", async () => {
    await app.changeSettings({ answerWindowMs: 600 });
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, {});
    const [operation] = await settled(id, "Suspend");
    const operationId = operation?.id ?? "";
    await app.control(`subscriptions/${id}/reinstate`, { deliver: false });
    await eventually(async () => (await app.marketplace.getSubscription(id)).status === "Subscribed");
    const dry = await app.as("operator").operations.dryRun({ id: operationId });
    expect(dry.changes).toEqual(["Reinstated by Microsoft: the payment was fixed"]);
    expect(await app.find(id)).toMatchObject({ status: "Suspended" });
    await app.as("operator").operations.replay({ operationId, reason: "The reinstatement was lost" });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    await app.as("operator").operations.replay({ operationId, reason: "Second try" });
    await settled(id, "Suspend");
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.filter((row) => row.kind === "subscription.reinstated")).toHaveLength(1);
    await expect(app.as("viewer").operations.replay({ operationId, reason: "not mine" })).rejects.toThrow(
      /needs the role operator/,
    );
  });

  test("is replayed after its decision was stored, for a plan and for seats", async () => {
    await app.changeSettings({ answerWindowMs: 600 });
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business" });
    await settled(id, "ChangePlan");
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    const [seats] = await settled(id, "ChangeQuantity");
    const [plan] = await settled(id, "ChangePlan");
    expect([plan?.decision, seats?.decision]).toEqual(["accept", "accept"]);
    const operationIds = [plan?.id ?? "", seats?.id ?? ""];
    expect(await app.as("operator").operations.tryAgain({ operationIds, reason: "Check both" })).toEqual({
      retried: 0,
      replayed: 2,
      refused: [],
    });
    for (const before of [plan, seats]) {
      const [again] = await eventually(async () => {
        const ended = await settled(id, before?.action ?? "");
        return ended[0]?.settledAt !== before?.settledAt && ended;
      });
      expect(again).toMatchObject({ outcome: "succeeded" });
    }
    expect(await app.find(id)).toMatchObject({ planId: "business", quantity: 9 });
  });

  test.each([
    ["accepted", "rejects it", null, 5],
    ["rejected", "accepts it", 5, null],
  ] as const)(
    "keeps the answer that Microsoft has, when one that was %s is replayed and a new rule %s",
    async (outcome, _now, maxBefore, maxAfter) => {
      const limitSeats = async (maxQuantity: number | null) => {
        const seenVersion =
          (await app.as("admin").rules.history({ offerId: "insight", planId: "team" })).at(0)?.version ?? 0;
        const scope = { offerId: "insight", planId: "team", followsWider: false, asksStaff: false, seenVersion };
        const limits = { allowedPlans: null, minQuantity: null, maxQuantity };
        await app.as("admin").rules.set({ ...scope, ...limits, reason: "For this test" });
      };
      const id = await app.buyActive();
      await limitSeats(maxBefore);
      await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
      const [before] = await settled(id, "ChangeQuantity");
      await limitSeats(maxAfter);
      await app.control("faults", {
        target: `GET ^/api/saas/subscriptions/${id}/operations/`,
        times: 1_000,
        status: 404,
      });
      await app.as("operator").operations.replay({ operationId: before?.id ?? "", reason: "Check it again" });
      const [again] = await eventually(async () => {
        const ended = await settled(id, "ChangeQuantity");
        return ended[0]?.settledAt !== before?.settledAt && ended;
      });
      await app.control("faults", undefined, "DELETE");
      if (maxAfter !== null) await limitSeats(null);
      expect(again).toMatchObject({
        outcome: outcome === "accepted" ? "succeeded" : "rejected",
        decision: before?.decision,
        decisionReason: before?.decisionReason,
      });
      expect(await app.find(id)).toMatchObject({ quantity: outcome === "accepted" ? 9 : 5 });
    },
  );

  test("is replayed when it is open, for seats and for a plan, and when its run settles it in that moment", async () => {
    const [one, other] = [await app.buyActive(), await app.buyActive()];
    for (const id of [one, other]) {
      await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, times: 1_000, status: 500 });
    }
    await app.control(`subscriptions/${one}/change-quantity`, { quantity: 8 });
    await app.control(`subscriptions/${other}/change-plan`, { planId: "business" });
    const operationIds = await Promise.all([one, other].map((id) => postponed(id)));
    for (const operationId of operationIds) {
      await app.as("operator").operations.replay({ operationId, reason: "Microsoft is back" });
    }
    await Promise.all([postponed(one), postponed(other)]);
    const [operationId = ""] = operationIds;
    const replayed = await app.db.transaction(async (tx) => {
      const { rows } = await tx.execute<{ pid: number }>(sql`
        update operations set stage = 'settled', outcome = 'succeeded', settled_at = now(), due_at = null
        where id = ${operationId} returning pg_backend_pid() as pid`);
      const replay = app.as("operator").operations.replay({ operationId, reason: "Pressed again" });
      await eventually(async () => {
        const waiting = await app.db.execute(sql`
          select from pg_stat_activity where ${rows[0]?.pid}::int = any(pg_blocking_pids(pid))`);
        return waiting.rows.length > 0;
      });
      return { replay };
    });
    await replayed.replay;
    await app.control("faults", undefined, "DELETE");
    await app.as("operator").operations.tryAgain({ operationIds, reason: "Microsoft is back" });
    await settled(one, "ChangeQuantity");
    await settled(other, "ChangePlan");
    expect(await app.find(one)).toMatchObject({ quantity: 8 });
    expect(await app.find(other)).toMatchObject({ planId: "business" });
  });

  test("is tried again although another one fails with an internal error", async () => {
    const ids = [await app.buyActive(), await app.buyActive()];
    for (const id of ids) await app.control(`subscriptions/${id}/suspend`, {});
    const operationIds = await Promise.all(ids.map(async (id) => (await settled(id, "Suspend"))[0]?.id ?? ""));
    await app.db.execute(sql`
      create function break_replay() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`);
    await app.db.execute(sql`
      create trigger break_replay before update on operations for each row
      when (old.id = ${sql.raw(`'${operationIds[0]}'`)}) execute function break_replay()`);
    try {
      const done = await app.as("operator").operations.tryAgain({ operationIds, reason: "Both were lost" });
      expect(done).toEqual({
        retried: 0,
        replayed: 1,
        refused: [{ operationId: operationIds[0], blockedReason: expect.stringMatching(/internal error.*try again/) }],
      });
    } finally {
      await app.db.execute(sql`drop function break_replay() cascade`);
    }
  });

  test("is tried again together with others, each in its way, and one that cannot be does not hinder them", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, {});
    const [suspended] = await settled(id, "Suspend");
    await app.control(`subscriptions/${id}/reinstate`, { deliver: false });
    await eventually(async () => (await app.marketplace.getSubscription(id)).status === "Subscribed");
    const other = await app.buy();
    const own = await app.as("operator").subscriptions.activate({ subscriptionId: other, reason: "Set up" });
    await settled(other, "Activate");
    const operationIds = [suspended?.id ?? "", own.operationId, randomUUID()];
    const reason = "Microsoft was away";
    expect(await app.as("operator").operations.tryAgain({ operationIds, reason })).toMatchObject({
      replayed: 1,
      retried: 0,
    });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    const done = await app.as("operator").operations.tryAgain({ operationIds: operationIds.slice(1), reason });
    expect(done.refused.map(({ blockedReason }) => blockedReason)).toEqual([
      expect.stringContaining("does not send its own completed changes again"),
      expect.stringContaining("no operation with this ID"),
    ]);
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.find(({ kind }) => kind === "operation.replayed")).toMatchObject({ reason });
    await expect(app.as("viewer").operations.tryAgain({ operationIds, reason })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("shows who skipped it and why", async () => {
    const id = await app.buyActive();
    await app.control("faults", { target: `GET ^/api/saas/subscriptions/${id}$`, times: 1_000, status: 500 });
    await app.control(`subscriptions/${id}/renew`, {});
    const open = await eventually(async () =>
      (await app.find(id))?.operations.find((operation) => operation.action === "Renew" && operation.lastError),
    );
    await app.as("operator").operations.skip({ operationId: open.id, reason: "Settled by hand" });
    expect((await settled(id, "Renew"))[0]).toMatchObject({ outcome: "skipped", lastError: "Settled by hand" });
    await app.control("faults", undefined, "DELETE");
  });
});

describe("an invalid row", () => {
  const row = {
    id: randomUUID(),
    subscriptionId: "s",
    action: "ChangePlan",
    dueAt: new Date(),
    actorKind: "system" as const,
    actorName: "x",
    createdAt: new Date(),
    updatedAt: new Date(),
  };

  test.each([
    ["settled without a time", { source: "Azure", stage: "settled", outcome: "failed", dueAt: null }],
    ["settled, and still due", { source: "Azure", stage: "settled", outcome: "failed", settledAt: new Date() }],
    ["open, and never due", { source: "Azure", stage: "received", dueAt: null }],
    ["an outcome before the end", { source: "Azure", stage: "received", outcome: "succeeded" }],
    ["Microsoft's operation requested by us", { source: "Azure", stage: "requested" }],
    ["accepted but never sent", { source: "Partner", stage: "accepted" }],
    ["a decision without a reason", { source: "Azure", stage: "decided", decision: "reject" }],
  ] as const)("%s cannot be written", async (_, values) => {
    await expect(app.db.insert(operations).values({ ...row, ...values })).rejects.toMatchObject({
      cause: { code: "23514" },
    });
    expect(await app.db.select().from(operations).where(eq(operations.id, row.id))).toEqual([]);
  });

  test("has no seats, or half a hold", async () => {
    const id = await app.buyActive();
    for (const change of [sql`quantity = 0`, sql`hold_reason = 'x'`]) {
      await expect(app.db.execute(sql`update subscriptions set ${change} where id = ${id}`)).rejects.toMatchObject({
        cause: { code: "23514" },
      });
    }
  });
});
