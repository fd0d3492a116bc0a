/** Why staff do something: codes that admins keep, and where they stand afterwards. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let id: string;

beforeAll(async () => {
  app = await startTestApp();
  ({ subscriptionId: id } = await app.control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    autoActivate: true,
    name: "Fabrikam",
  }));
  await eventually(async () => (await find())?.status === "Subscribed");
});
afterAll(() => app?.stop());

const find = () =>
  app
    .as("viewer")
    .subscriptions.get({ id })
    .catch(() => null);
const admin = () => app.as("admin").reasons;
const offered = async () => (await app.as("viewer").reasons.list()).filter(({ archived }) => archived === null);
const lastActivity = async () => (await app.as("viewer").activity.list({})).rows[0];

describe("reason codes", () => {
  test("include a set for each action that needs a reason", async () => {
    const actions = new Set((await offered()).flatMap((code) => code.actions));
    expect([...actions].toSorted()).toEqual([
      "activate",
      "cancel",
      "changePlan",
      "changeQuantity",
      "refuse",
      "reinstate",
      "suspend",
    ]);
  });

  test("are added by admins only, once per name, and each change is recorded", async () => {
    const input = { name: "Über budget!", actions: ["changeQuantity" as const, "changeQuantity" as const] };
    for (const role of ["viewer", "operator"] as const) {
      await expect(app.as(role).reasons.add(input)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    expect(await admin().add(input)).toEqual({ id: "uber_budget" });
    expect(await lastActivity()).toMatchObject({
      kind: "reason_code.added",
      summary: "Reason added: Über budget!",
      actor: { kind: "staff", name: "Test admin" },
      after: { id: "uber_budget", actions: ["changeQuantity"] },
    });
    await expect(admin().add({ ...input, name: "ÜBER BUDGET!" })).rejects.toThrow(
      "An active reason already has this name.",
    );
    await expect(admin().add({ ...input, name: "!!!" })).rejects.toThrow("The name must contain letters or digits.");
    await expect(admin().add({ ...input, actions: [] })).rejects.toThrow("Choose at least one action for this reason.");
  });

  test("of the same name by two people at the same time are one", async () => {
    const input = { name: "Same name", actions: ["cancel" as const] };
    const done = await Promise.allSettled([admin().add(input), admin().add(input)]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await offered()).filter(({ name }) => name === "Same name")).toHaveLength(1);
  });

  test("are archived and restored; an archived code is refused and stays in the audit trail", async () => {
    const suspend = { subscriptionId: id, reason: "", reasonCode: "security" };
    await app.as("operator").subscriptions.suspend(suspend);
    await app.as("operator").subscriptions.reinstate({ subscriptionId: id, reason: "over", reasonCode: "resolved" });
    await admin().archive({ id: "security" });
    await expect(admin().archive({ id: "security" })).rejects.toThrow("This reason is not active.");
    const listed = (await app.as("viewer").reasons.list()).find(({ id }) => id === "security");
    expect(listed?.archived).toMatchObject({ byName: "Test admin" });
    expect(listed?.retired).toEqual(listed?.archived);
    expect((await offered()).map((code) => code.id)).not.toContain("security");
    await expect(app.as("operator").subscriptions.suspend(suspend)).rejects.toThrow(
      "This reason is no longer available. Choose another reason.",
    );
    const { rows } = await app.as("viewer").activity.list({ reasonCode: "security" });
    expect(rows).toMatchObject([{ kind: "subscription.held", reasonCode: "Security concern" }]);
    await admin().add({ name: "Security concern", actions: ["suspend"] });
    await expect(admin().restore({ id: "security" })).rejects.toThrow("An active reason already has this name.");
    await admin().archive({ id: "security_concern" });
    await admin().restore({ id: "security" });
    expect((await offered()).map((code) => code.id)).toContain("security");
    expect(await lastActivity()).toMatchObject({ kind: "reason_code.restored" });
  });
});

describe("a reason", () => {
  test("is a code, a note, or both; the code's name stands for a missing note", async () => {
    const operator = app.as("operator").subscriptions;
    await expect(operator.suspend({ subscriptionId: id, reason: " " })).rejects.toThrow(
      "Choose a reason, or write one of at least 3 characters",
    );
    await operator.suspend({ subscriptionId: id, reason: "", reasonCode: "unpaid" });
    expect(await find()).toMatchObject({
      hold: { reason: "Nonpayment", reasonCode: "Nonpayment", byName: "Test operator" },
    });
    await operator.reinstate({ subscriptionId: id, reason: "They paid the invoice", reasonCode: "resolved" });
    expect(await lastActivity()).toMatchObject({
      kind: "subscription.hold_lifted",
      reason: "They paid the invoice",
      reasonCode: "Cause resolved",
    });
    await operator.suspend({ subscriptionId: id, reason: "no code at all" });
    expect(await find()).toMatchObject({ hold: { reason: "no code at all", reasonCode: null } });
    await operator.reinstate({ subscriptionId: id, reason: "done" });
  });

  test("that is unknown or of another action is refused at its field", async () => {
    for (const reasonCode of ["onboarding", "no_such_code"]) {
      const refused = app.as("operator").subscriptions.suspend({ subscriptionId: id, reason: "", reasonCode });
      await expect(refused).rejects.toMatchObject({ cause: { fields: { reasonCode: [expect.any(String)] } } });
    }
    expect(await find()).toMatchObject({ hold: null });
  });

  test("stays with an operation to its end, and appears in exports", async () => {
    await app.as("operator").subscriptions.changeQuantity({
      subscriptionId: id,
      quantity: 9,
      reason: "",
      reasonCode: "contract_change",
    });
    await eventually(async () => (await find())?.quantity === 9);
    const { rows } = await app.as("viewer").activity.list({ reasonCode: "contract_change" });
    expect(rows.map(({ kind }) => kind)).toEqual(["operation.succeeded", "operation.requested"]);
    const stored = await app.db.execute(
      sql`select reason, reason_code from operations where subscription_id = ${id} and action = 'ChangeQuantity'`,
    );
    expect(stored.rows).toEqual([{ reason: "Contract change", reason_code: "contract_change" }]);
  });
});
