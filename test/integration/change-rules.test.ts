import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SetRuleInput } from "../../shared/inputs/change-rules.ts";
import { changeRules } from "../../server/database/schema/change-rules.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

afterEach(async () => {
  await app.control("faults", undefined, "DELETE");
  for (const { own, offerId, planId } of (await app.as("viewer").rules.list()).scopes) {
    if (own && !own.followsWider && offerId !== null) await setRule({ offerId, planId, followsWider: true });
    else if (own && offerId === null) await setRule({}).catch(() => {});
  }
});

type RuleInput = Partial<Omit<SetRuleInput, "seenVersion">>;

const everyOffer = {
  offerId: null,
  planId: null,
  followsWider: false,
  allowedPlans: null,
  minQuantity: null,
  maxQuantity: null,
};

async function setRule(input: RuleInput): Promise<number> {
  const rule = { ...everyOffer, reason: "As agreed with sales", ...input };
  const [latest] = await app.as("viewer").rules.history({ offerId: rule.offerId, planId: rule.planId });
  const { version } = await app.as("admin").rules.set({ ...rule, seenVersion: latest?.version ?? 0 });
  return version;
}

async function settled(subscriptionId: string, count = 1, withinMs = 10_000) {
  const isChange = (action: string) => action === "ChangePlan" || action === "ChangeQuantity";
  const operations = await eventually(async () => {
    const found = (await app.find(subscriptionId))?.operations.filter(({ action }) => isChange(action)) ?? [];
    return found.length === count && found.every(({ stage }) => stage === "settled") && found;
  }, withinMs);
  return operations.toSorted((one, other) => one.id.localeCompare(other.id));
}

async function lastLine(subscriptionId: string) {
  const { rows } = await app.as("viewer").subscriptions.timeline({ id: subscriptionId });
  return rows[0];
}

type Call = { method: string; path: string; status: number; requestBody?: unknown };
async function answers(subscriptionId: string) {
  const { calls } = await app.control<{ calls: Call[] }>("calls?limit=1000");
  return calls.filter(({ method, path }) => method === "PATCH" && path.includes(`${subscriptionId}/operations/`));
}

async function atMicrosoft(subscriptionId: string) {
  return app.control<{ planId: string; quantity: number }>(`subscriptions/${subscriptionId}`);
}

describe("a customer's change", () => {
  test("case 27: of seats beyond the rule is rejected at Microsoft in time, and the seats stay", async () => {
    const version = await setRule({ offerId: "insight", planId: "team", minQuantity: 1, maxQuantity: 20 });
    const id = await app.buyActive();
    const asked = Date.now();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const [operation] = await settled(id);
    expect(operation).toMatchObject({
      decision: "reject",
      outcome: "rejected",
      status: "Failed",
      decisionRuleVersion: version,
      decisionReason: `Change rule version ${version} (the plan Team of insight) rejects changes to 30 seats; accepted: 1 to 20 seats.`,
    });
    expect(Date.parse(operation?.acknowledgedAt ?? "") - asked).toBeLessThan(10_000);
    expect(await answers(id)).toHaveLength(1);
    expect(await app.find(id)).toMatchObject({ quantity: 5 });
    expect((await lastLine(id))?.summary).toContain(`Change rule version ${version}`);
    expect((await lastLine(id))?.after).toMatchObject({ decision: "reject", changeRule: `version ${version}` });
  });

  test("case 27: to a plan outside the rule is rejected, and to a plan within it accepted", async () => {
    const version = await setRule({ offerId: "insight", planId: "team", allowedPlans: ["business-annual"] });
    const id = await app.buyActive({ quantity: 10 });
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business" });
    await settled(id);
    expect(await app.find(id)).toMatchObject({ planId: "team" });
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business-annual" });
    const [refused, accepted] = await settled(id, 2);
    expect(refused).toMatchObject({ outcome: "rejected", decisionRuleVersion: version });
    expect(accepted).toMatchObject({ outcome: "succeeded", decision: "accept", decisionRuleVersion: version });
    expect(await app.find(id)).toMatchObject({ planId: "business-annual" });
  });

  test("case 28: is read from Microsoft if it answers our rejection with 409, and recorded as rejected too late", async () => {
    await setRule({ offerId: "insight", maxQuantity: 20 });
    const id = await app.buyActive();
    await app.changeSettings({ answerWindowMs: 500 });
    await app.control("faults", { target: `PATCH /api/saas/subscriptions/${id}/operations`, delayMs: 1_200 });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const [operation] = await settled(id);
    expect((await answers(id)).map(({ status }) => status)).toEqual([409]);
    expect(operation).toMatchObject({ decision: "reject", outcome: "succeeded", acknowledgedAt: null });
    expect(operation?.lastError).toMatch(/rejection came too late/);
    expect(await app.find(id)).toMatchObject({ quantity: 30 });
    expect((await lastLine(id))?.summary).toMatch(/rejection came too late.*accepted: at most 20 seats/);
  });

  test("case 29: back to the previous seats after a rejection is accepted, even outside the rule", async () => {
    await setRule({ offerId: "insight", planId: "team", minQuantity: 10 });
    const id = await app.buyActive();
    await app.changeSettings({ revertAfterRejection: true });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 8 });
    const [refused, revert] = await settled(id, 2);
    expect(refused).toMatchObject({ outcome: "rejected", quantity: 8 });
    expect(revert).toMatchObject({ outcome: "succeeded", decision: "accept", quantity: 5, decisionRuleVersion: null });
    expect(await app.find(id)).toMatchObject({ quantity: 5 });
    expect(await atMicrosoft(id)).toMatchObject({ quantity: 5 });
  });

  test("case 29: back to the previous plan after a rejection is accepted", async () => {
    await setRule({ offerId: "insight", planId: "team", allowedPlans: [] });
    const id = await app.buyActive();
    await app.changeSettings({ revertAfterRejection: true });
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business" });
    const [refused, revert] = await settled(id, 2);
    expect(refused).toMatchObject({ outcome: "rejected", planId: "business" });
    expect(revert).toMatchObject({ outcome: "succeeded", decision: "accept", planId: "team" });
    expect(await app.find(id)).toMatchObject({ planId: "team" });
  });

  test("that took effect before we looked is followed, and recorded as rejected too late", async () => {
    await setRule({ offerId: "insight", maxQuantity: 20 });
    const id = await app.buyActive();
    await app.changeSettings({ answerWindowMs: 300 });
    await app.control("faults", { target: `GET /api/saas/subscriptions/${id}/operations`, delayMs: 800, times: 1 });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const [operation] = await settled(id);
    expect(operation).toMatchObject({ decision: "reject", outcome: "succeeded" });
    expect(await answers(id)).toEqual([]);
    expect(await app.find(id)).toMatchObject({ quantity: 30 });
    expect((await lastLine(id))?.summary).toMatch(/rejection came too late/);
  });

  test.each([
    ["a proxy answers the first try", { status: 400, body: "<html><h1>Bad request</h1></html>", times: 1 }],
    ["Microsoft accepts none of the first two tokens", { status: 403, times: 2 }],
  ])("is rejected in time although %s", async (_, fault) => {
    await setRule({ offerId: "insight", maxQuantity: 20 });
    const id = await app.buyActive();
    await app.control("faults", { target: `PATCH /api/saas/subscriptions/${id}/operations`, ...fault });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const [operation] = await settled(id, 1, 18_000);
    expect(operation).toMatchObject({ decision: "reject", outcome: "rejected" });
    expect(await app.find(id)).toMatchObject({ quantity: 5 });
  });

  test("is left to Microsoft if the rejection cannot be sent within 10 seconds", async () => {
    await setRule({ offerId: "insight", maxQuantity: 20 });
    const id = await app.buyActive();
    await app.control("faults", { target: `PATCH /api/saas/subscriptions/${id}/operations`, status: 503 });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    const [operation] = await settled(id, 1, 18_000);
    expect(operation).toMatchObject({ decision: "reject", outcome: "succeeded", acknowledgedAt: null });
    expect(operation?.lastError).toMatch(/rejection came too late/);
    expect(await app.find(id)).toMatchObject({ quantity: 30 });
  });

  test("is judged by Microsoft's values, not by an outdated copy", async () => {
    await setRule({ offerId: "insight", planId: "team", maxQuantity: 6 });
    const id = await app.buyActive();
    // Our copy says team, Microsoft business, whose customers may have more seats.
    await app.control(`subscriptions/${id}/change-plan`, { planId: "business" });
    await settled(id);
    await app.db.execute(sql`update subscriptions set plan_id = 'team' where id = ${id}`);
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    const operations = await settled(id, 2);
    expect(operations.at(-1)).toMatchObject({ decision: "accept", outcome: "succeeded" });
    expect(await app.find(id)).toMatchObject({ planId: "business", quantity: 9 });
  });

  test("is accepted without a rule, by version 0", async () => {
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 45 });
    const [operation] = await settled(id);
    expect(operation).toMatchObject({ decision: "accept", outcome: "succeeded", decisionRuleVersion: 0 });
  });

  test("is judged by the rule of the plan before that of the offer, until the plan's rule is removed", async () => {
    const wide = await setRule({ offerId: "insight", maxQuantity: 6 });
    await setRule({ offerId: "insight", planId: "team" });
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 9 });
    await settled(id);
    await setRule({ offerId: "insight", planId: "team", followsWider: true });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 10 });
    const operations = await settled(id, 2);
    expect(operations.map(({ outcome }) => outcome)).toEqual(["succeeded", "rejected"]);
    expect(operations[1]).toMatchObject({ decisionRuleVersion: wide });
  });
});

describe("change rules", () => {
  test("have a version for each change, with actor, reason, before and after", async () => {
    const first = await setRule({ offerId: "vault", planId: "plus", allowedPlans: ["basic"] });
    const second = await setRule({ offerId: "vault", planId: "plus", reason: "Accept all again" });
    expect(second).toBe(first + 1);
    const history = await app.as("viewer").rules.history({ offerId: "vault", planId: "plus" });
    expect(history.map(({ version }) => version)).toEqual([second, first]);
    expect(history[0]).toMatchObject({ reason: "Accept all again", actor: { kind: "staff", name: "Test admin" } });
    const { rows } = await app.as("viewer").activity.list({ actor: "staff" });
    expect(rows[0]).toMatchObject({
      kind: "rule.changed",
      before: { version: first, plans: "basic", seats: "any number of seats" },
      after: { version: second, plans: "all plans" },
      reason: "Accept all again",
    });
  });

  test("are listed for all offers and plans with the own and the active rule", async () => {
    await app.buyActive();
    const version = await setRule({ offerId: "insight", maxQuantity: 100 });
    const { scopes, plans } = await app.as("viewer").rules.list();
    expect(scopes[0]).toMatchObject({ offerId: null, planId: null });
    const team = scopes.find(({ offerId, planId }) => offerId === "insight" && planId === "team");
    expect(team?.active).toMatchObject({ version, offerId: "insight", planId: null, maxQuantity: 100 });
    expect(plans["insight"]?.map(({ planId }) => planId)).toContain("team");
  });

  test("are not overwritten unseen, and a change without effect creates no version", async () => {
    const input = { ...everyOffer, offerId: "vault", planId: "basic", allowedPlans: [], reason: "First of the two" };
    const { version } = await app.as("admin").rules.set({ ...input, seenVersion: 0 });
    await expect(app.as("admin").rules.set({ ...input, allowedPlans: null, seenVersion: 0 })).rejects.toThrow(
      `Test admin has changed this rule; it is now version ${version}.`,
    );
    await expect(app.as("admin").rules.set({ ...input, seenVersion: version })).rejects.toThrow(
      /already has these values/,
    );
  });

  test("get two versions if two people change them at the same time", async () => {
    const both = await Promise.all([
      setRule({ offerId: "vault", planId: "express", allowedPlans: [] }),
      setRule({ offerId: "vault", planId: "plus-annual", allowedPlans: [] }),
    ]);
    expect(Math.abs((both[0] ?? 0) - (both[1] ?? 0))).toBe(1);
  });

  test("can be changed and previewed by admins only", async () => {
    const input = { ...everyOffer, seenVersion: 0, reason: "I may not do this" };
    await expect(app.as("operator").rules.set(input)).rejects.toThrow(/needs the role admin/);
    await expect(app.as("viewer").rules.preview(everyOffer)).rejects.toThrow(/needs the role admin/);
  });

  test("have versions that cannot be rewritten, and invalid ones are refused", async () => {
    await setRule({ offerId: "vault", maxQuantity: 3 });
    await expect(app.db.update(changeRules).set({ reason: "no" })).rejects.toMatchObject({
      cause: { message: "change_rules is append-only" },
    });
    const row = {
      id: "0190a1b2-0000-7000-8000-000000000001",
      version: 100_000,
      reason: "r",
      actorKind: "system" as const,
      actorName: "test",
      createdAt: new Date(),
    };
    for (const impossible of [
      { planId: "team" },
      { allowedPlans: ["team"] },
      { offerId: "insight", minQuantity: 5, maxQuantity: 4 },
      { offerId: "insight", minQuantity: 0 },
      { offerId: "" },
      { offerId: "insight", followsWider: true, maxQuantity: 4 },
      { followsWider: true },
      { offerId: "insight", allowedPlans: [""] },
    ]) {
      await expect(app.db.insert(changeRules).values({ ...row, ...impossible })).rejects.toMatchObject({
        cause: { code: "23514" },
      });
    }
  });
});

describe("the preview of a change rule", () => {
  test("counts and names the changes that the rule would have decided and rejected", async () => {
    const id = await app.buyActive({
      offerId: "insight",
      planId: "enterprise",
      quantity: 100,
      name: "Preview customer",
    });
    for (const [index, quantity] of [120, 140, 90].entries()) {
      await app.control(`subscriptions/${id}/change-quantity`, { quantity });
      await settled(id, index + 1);
    }
    const scope = { ...everyOffer, offerId: "insight", planId: "enterprise" };
    const before = await app.as("admin").rules.preview(scope);
    expect(before).toMatchObject({ days: 90, changes: 3, refused: 0, refusedNow: 0, examples: [] });
    const limited = await app.as("admin").rules.preview({ ...scope, maxQuantity: 110 });
    expect(limited).toMatchObject({ changes: 3, refused: 2, refusedNow: 0 });
    expect(limited.examples.map(({ quantity, previousQuantity }) => [previousQuantity, quantity])).toEqual([
      [120, 140],
      [100, 120],
    ]);
    expect(limited.examples[0]).toMatchObject({
      subscriptionId: id,
      subscriptionName: "Preview customer",
      why: "This rule rejects changes to 140 seats; accepted: at most 110 seats.",
    });
    await setRule({ offerId: "insight", planId: "enterprise", maxQuantity: 130 });
    expect(await app.as("admin").rules.preview({ ...scope, maxQuantity: 110 })).toMatchObject({ refusedNow: 1 });
    // The plan has a rule of its own now: that of the offer would not have decided these.
    const wide = await app.as("admin").rules.preview({ ...everyOffer, offerId: "insight", maxQuantity: 1 });
    expect(wide.examples.map(({ subscriptionId }) => subscriptionId)).not.toContain(id);
    expect(await app.as("admin").rules.preview({ ...scope, followsWider: true })).toMatchObject({
      changes: 3,
      refused: 0,
      refusedNow: 1,
    });
  });

  test("does not count a change that Microsoft reverted", async () => {
    await setRule({ offerId: "insight", planId: "business-annual", maxQuantity: 20 });
    const id = await app.buyActive({ planId: "business-annual", quantity: 10 });
    await app.changeSettings({ revertAfterRejection: true });
    await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
    await settled(id, 2);
    const preview = await app.as("admin").rules.preview({
      ...everyOffer,
      offerId: "insight",
      planId: "business-annual",
      maxQuantity: 20,
    });
    expect(preview).toMatchObject({ refused: 1, refusedNow: 1 });
    expect(preview.examples.filter(({ subscriptionId }) => subscriptionId === id)).toHaveLength(1);
  });
});

// The last test: this instance makes few calls for a while.
test("a customer's change is rejected in time while Microsoft limits the rate of other calls", async () => {
  await setRule({ offerId: "insight", maxQuantity: 20 });
  const id = await app.buyActive();
  const list = "GET ^/api/saas/subscriptions/?$";
  // Longer than Microsoft waits for the answer.
  await app.control("faults", { target: list, status: 429, headers: { "retry-after": "20" } });
  await app.as("operator").reconcile.start();
  await eventually(async () => (await app.as("viewer").reconcile.status()).running?.error);
  await app.control(`subscriptions/${id}/change-quantity`, { quantity: 30 });
  const [sent] = await eventually(async () => {
    const found = await answers(id);
    return found.length > 0 && found;
  });
  expect(sent).toMatchObject({ status: 200, requestBody: { status: "Failure" } });
  expect(await atMicrosoft(id)).toMatchObject({ quantity: 5 });
});
