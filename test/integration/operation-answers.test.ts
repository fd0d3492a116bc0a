/** Staff answer a change while Microsoft waits for it. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  const rule = {
    offerId: "insight",
    planId: null,
    followsWider: false,
    allowedPlans: null,
    minQuantity: 1,
    maxQuantity: 20,
  };
  await app.as("admin").rules.set({ ...rule, asksStaff: true, seenVersion: 0, reason: "We look at each" });
});
afterAll(() => app?.stop());

/** The customer asks for seats; gives the operation once staff can answer it. */
async function ask(id: string, quantity: number): Promise<string> {
  await app.control(`subscriptions/${id}/change-quantity`, { quantity });
  const operation = await eventually(async () =>
    (await app.find(id))?.operations.find((one) => one.action === "ChangeQuantity" && one.stage === "verified"),
  );
  return operation.id;
}

const settled = (id: string) =>
  eventually(async () =>
    (await app.find(id))?.operations.find((one) => one.action === "ChangeQuantity" && one.stage === "settled"),
  );

describe("a change that a rule asks staff about", () => {
  test("is rejected by staff in time: Microsoft keeps the seats, and the audit trail says who did it and why", async () => {
    const id = await app.buyActive();
    const operationId = await ask(id, 8);
    const refusal = { operationId, answer: "reject" as const, reason: "Talk to us first", reasonCode: "not_agreed" };
    await expect(app.as("viewer").operations.answer(refusal)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(app.as("operator").operations.answer({ ...refusal, reason: "", reasonCode: null })).rejects.toThrow(
      "Choose a reason",
    );
    const done = await Promise.allSettled([
      app.as("operator").operations.answer(refusal),
      app.as("admin").operations.answer({ operationId, answer: "accept", reason: "" }),
    ]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const wasRefused = done[0].status === "fulfilled";
    const operation = await settled(id);
    expect(operation).toMatchObject(
      wasRefused
        ? { outcome: "rejected", decisionReason: "Test operator rejected this change: Talk to us first" }
        : { outcome: "succeeded", decisionReason: "Test admin accepted this change." },
    );
    expect(await app.find(id)).toMatchObject({ quantity: wasRefused ? 5 : 8 });
    await expect(app.as("operator").operations.answer(refusal)).rejects.toThrow(
      "This change has already been decided.",
    );
  });

  test("can be accepted by staff beyond the rule's limits, which is recorded", async () => {
    const id = await app.buyActive();
    await app.as("operator").operations.answer({ operationId: await ask(id, 40), answer: "accept", reason: "" });
    expect(await settled(id)).toMatchObject({ outcome: "succeeded", decision: "accept", decisionRuleVersion: null });
    expect(await app.find(id)).toMatchObject({ quantity: 40 });
    const { rows } = await app.as("viewer").subscriptions.timeline({ id });
    expect(rows.find(({ kind }) => kind === "operation.accepted_by_staff")).toMatchObject({
      actor: { kind: "staff", name: "Test operator" },
      summary: "Seat change to 40 accepted by staff",
    });
  });

  test("is decided by the rule's limits within the window if no one answers", async () => {
    const id = await app.buyActive();
    const asked = Date.now();
    await ask(id, 40);
    const operation = await settled(id);
    expect(operation).toMatchObject({ outcome: "rejected", decision: "reject", decisionRuleVersion: 1 });
    const tookMs = Date.parse(operation.acknowledgedAt ?? "") - asked;
    expect(tookMs).toBeGreaterThan(5_000);
    expect(tookMs).toBeLessThan(10_000);
    expect(await app.find(id)).toMatchObject({ quantity: 5 });
  });

  test("is shown with the price that Microsoft stated within a day, and without an older one", async () => {
    const id = await app.buyActive();
    await app.db.execute(sql`
      insert into subscription_prices (subscription_id, plan_id, term_unit, price, amount, currency, is_per_seat, source_offers, seen_at)
      select id, plan_id, term_unit, 'in words', 12, 'USD', true, '{}', now() from subscriptions where id = ${id}
      on conflict (subscription_id) do update set seen_at = now()`);
    const operationId = await ask(id, 7);
    const priceShown = async () =>
      (await app.as("viewer").operations.asked()).changes.find((one) => one.operationId === operationId)?.price;
    expect(await priceShown()).toMatchObject({ words: expect.any(String) as string });
    await app.db.execute(
      sql`update subscription_prices set seen_at = now() - interval '2 days' where subscription_id = ${id}`,
    );
    expect(await priceShown()).toBeNull();
    await app.as("operator").operations.answer({ operationId, answer: "accept", reason: "" });
    await settled(id);
  });

  test("cannot be answered too late, nor if Microsoft does not wait for an answer", async () => {
    const id = await app.buyActive();
    const operationId = await ask(id, 9);
    const late = app.as("operator", { now: () => new Date(Date.now() + 9_500) });
    await expect(late.operations.answer({ operationId, answer: "accept", reason: "" })).rejects.toThrow(
      "Deadline missed",
    );
    await app.as("operator").operations.answer({ operationId, answer: "accept", reason: "" });
    await settled(id);
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 11, reason: "ours" });
    const own = (await app.find(id))?.operations.find((one) => one.source === "Partner");
    await expect(
      app.as("operator").operations.answer({ operationId: own?.id ?? "", answer: "accept", reason: "" }),
    ).rejects.toThrow("Microsoft does not expect an answer to this operation.");
  });
});
