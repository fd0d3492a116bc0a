/** The search field: any pasted id or text leads to what it names. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, operationSteps } from "../../server/database/schema/operations.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let id: string;
let other: string;

beforeAll(async () => {
  app = await startTestApp();
  id = await app.buyActive({ name: "Fabrikam 100% safe_name" });
  other = await app.buyActive({ name: "Northwind traders", purchaser: "cleo" });
  const { operationId } = await app.as("operator").subscriptions.changeQuantity({
    subscriptionId: id,
    quantity: 7,
    reason: "The customer asked",
  });
  await eventually(async () => (await trace(operationId)).operation.outcome === "succeeded");
});
afterAll(() => app?.stop());

const find = (q: string) => app.as("viewer").find.all({ q });
const trace = (operationId: string) => app.as("viewer").operations.trace({ id: operationId });
const changeOfSeats = async () => {
  const { rows } = await app.as("viewer").operations.list({ subscription: id, action: "ChangeQuantity" });
  return trace(rows[0]?.id ?? "");
};
const subscriptionIds = async (q: string) => (await find(q)).subscriptions.map((row) => row.id);

describe("find.all", () => {
  test("finds a subscription by each of its ids, complete and in part, and says which id matched", async () => {
    const { beneficiary, purchaser } = await app.as("viewer").subscriptions.get({ id });
    const byWhole = await find(id.toUpperCase());
    expect(byWhole.subscriptions).toMatchObject([{ id, matched: "ID" }]);
    expect(byWhole.exact).toEqual({ kind: "subscription", id });
    expect(await subscriptionIds(id.slice(9, 23))).toEqual([id]);
    expect(await subscriptionIds(`${id.slice(0, 8)}…${id.slice(-6)}`)).toEqual([id]);
    expect((await find(beneficiary.tenantId ?? "")).subscriptions).toMatchObject([
      { id, matched: "beneficiary's tenant" },
    ]);
    expect((await find(purchaser.objectId ?? "")).subscriptions).toMatchObject([
      { id, matched: "beneficiary's object ID" },
    ]);
  });

  test("finds a subscription by its support code", async () => {
    expect((await find(id.slice(0, 8))).subscriptions).toMatchObject([{ id, matched: "ID" }]);
  });

  test("finds a subscription by email, domain, name, company and plan", async () => {
    const { beneficiary } = await app.as("viewer").subscriptions.get({ id });
    const email = beneficiary.email ?? "";
    expect((await find(`Ada <${email}>`)).subscriptions).toMatchObject([{ id, matched: "beneficiary's email" }]);
    expect(await subscriptionIds(email.split("@")[1] ?? "")).toEqual([id]);
    expect((await find("NORTHWIND trad")).subscriptions).toMatchObject([{ id: other, matched: null }]);
    await app.db.execute(sql`update subscriptions set contact_name = 'Ada', contact_email = 'a@b.example',
      contact_company = 'Analytical Engines', contact_phone = '' where id = ${id}`);
    expect((await find("analytical")).subscriptions).toMatchObject([
      { id, customer: "Analytical Engines", matched: "company" },
    ]);
    const byPlan = await find("insight");
    expect(byPlan.plans).toMatchObject([{ offerId: "insight", planId: "team" }]);
    expect(byPlan.subscriptions.map((row) => row.id).toSorted()).toEqual([id, other].toSorted());
  });

  test("finds an operation by our id, Microsoft's, and the ids of its calls, complete or by prefix", async () => {
    const { operation, steps } = await changeOfSeats();
    const call = steps.flatMap(({ calls }) => calls)[0];
    const byMicrosofts = await find(operation.marketplaceId ?? "");
    expect(byMicrosofts.operations).toMatchObject([{ id: operation.id, matched: "Microsoft's operation ID" }]);
    expect(byMicrosofts.exact).toEqual({ kind: "operation", id: operation.id });
    expect((await find(operation.id)).exact).toEqual({ kind: "operation", id: operation.id });
    for (const part of [operation.marketplaceId, call?.requestId, call?.correlationId]) {
      expect((await find(part?.slice(0, 13) ?? "")).operations, part ?? "").toMatchObject([{ id: operation.id }]);
    }
    expect((await find(call?.requestId ?? "")).operations).toMatchObject([{ matched: "request ID of a call" }]);
    // Ours to correlate the calls of an operation is its own id.
    expect(call?.correlationId).toBe(operation.id);
  });

  test("finds a delivery by its id and by the id of its operation", async () => {
    await app.control(`subscriptions/${id}/suspend`, {});
    const delivery = await eventually(async () => {
      const { rows } = await app.as("viewer").deliveries.list({ subscription: id, action: "Suspend" });
      return rows[0];
    });
    expect(await find(delivery.id)).toMatchObject({
      deliveries: [{ id: delivery.id, action: "Suspend" }],
      exact: { kind: "delivery", id: delivery.id },
    });
    expect((await find(delivery.marketplaceId ?? "")).deliveries).toMatchObject([{ id: delivery.id }]);
    await app.control(`subscriptions/${id}/reinstate`, {});
  });

  test("finds %, _ and \\ literally", async () => {
    expect(await subscriptionIds("100%")).toEqual([id]);
    expect(await subscriptionIds("safe_name")).toEqual([id]);
    expect(await subscriptionIds("safe%name")).toEqual([]);
    expect(await subscriptionIds("fab_ikam")).toEqual([]);
    expect(await subscriptionIds("safe\\_name")).toEqual([]);
  });

  test.each(["' or 1=1 --", "'; drop table subscriptions; --", "37f9dea2':* | 'a", "\\\\\\abc", "🦊🦊🦊🦊"])(
    "treats “%s” like any other text",
    async (q) => {
      expect((await find(q)).subscriptions).toEqual([]);
    },
  );

  test("needs more than two characters, and finds nothing if an index would not help", async () => {
    await expect(find("ab")).rejects.toThrow("Type at least 3 characters.");
    expect(await find("a b c d")).toEqual({
      subscriptions: [],
      customers: [],
      operations: [],
      deliveries: [],
      calls: [],
      plans: [],
      landingProblems: [],
      exact: null,
    });
  });

  test("shows at most eight of a kind, also if a correlation id belongs to many", async () => {
    const correlationId = "c0ffee00-0000-4000-8000-000000000001";
    const model = await app.db.select().from(operations).limit(1);
    const at = new Date();
    const made = Array.from(
      { length: 12 },
      (_, n) => `019a0000-0000-7000-8000-0000000000${String(n).padStart(2, "0")}`,
    );
    await app.db.insert(operations).values(made.map((made) => ({ ...model[0]!, id: made, marketplaceId: null })));
    await app.db.insert(operationSteps).values(
      made.map((operationId) => ({
        id: operationId,
        operationId,
        startedAt: at,
        endedAt: at,
        step: "read",
        stage: "settled" as const,
        note: null,
        calls: [
          {
            method: "GET",
            path: "/saas/subscriptions",
            status: 200,
            requestId: "",
            correlationId,
            attempt: 1,
            at: at.toISOString(),
            durationMs: 1,
          },
        ],
      })),
    );
    const found = await find(correlationId);
    expect(found.operations).toHaveLength(8);
    expect(found.operations[0]?.matched).toBe("correlation ID of its calls");
    expect((await find("019a0000-0000-7000")).operations).toHaveLength(8);
  });

  test("shows the newest eight subscriptions with a text, however far apart they are", async () => {
    await app.db.execute(sql`
      insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at)
      select 'apart-' || lpad(n::text, 4, '0'), case when n in (100, 1100) or n between 300 and 310 then 'Scattered often' when n in (240, 900, 1190)
        then 'Scattered rarely' when n in (1150, 1160) then 'Scattered late' else 'Other' end, 'insight', 'team', 'Subscribed', now(), 'reconcile',
        now(), now(), now() + interval '1 hour' - n * interval '1 second' from generate_series(1, 1200) n`);
    const numbers = async (q: string) => (await subscriptionIds(q)).map((id) => Number(id.replace("apart-", "")));
    expect(await numbers("scattered often")).toEqual([100, 300, 301, 302, 303, 304, 305, 306]);
    expect(await numbers("scattered rarely")).toEqual([240, 900, 1190]);
    expect(await numbers("scattered late")).toEqual([1150, 1160]);
  });
});
