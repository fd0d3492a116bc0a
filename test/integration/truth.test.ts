import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activity } from "../../server/database/schema/activity.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let key = "";
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const truthOf = (id: string) => app.as("viewer").truth.get({ id });

async function confirm(id: string, body: object): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/subscriptions/${id}/confirmation`, {
    method: "PUT",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

describe("the sync status", () => {
  test("has no product before the first API key, and nothing to resync", async () => {
    const id = await app.buyActive();
    expect(await truthOf(id)).toMatchObject({
      product: null,
      microsoft: { status: "Subscribed", planId: "team", quantity: 5, differences: [], missingSince: null },
    });
    const ask = app.as("operator").truth.askProduct({ subscriptionId: id });
    await expect(ask).rejects.toThrow("There is no active API key");
    ({ key } = await app.as("admin").keys.make({ name: "Production" }));
    expect((await truthOf(id)).product).toMatchObject({ hasKey: true, lastCalledAt: null, confirmation: null });
  });

  test("shows Microsoft's last response next to our copy, even if Marketdesk could not parse it", async () => {
    const id = await app.buyActive();
    const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
    const raw = { ...(row?.raw as object), saasSubscriptionStatus: "Paused", quantity: 9 };
    await app.db.update(subscriptions).set({ raw }).where(eq(subscriptions.id, id));
    expect((await truthOf(id)).microsoft).toMatchObject({
      status: "Paused",
      quantity: 9,
      differences: ["status", "quantity"],
    });
    await app.as("operator").subscriptions.refresh({ subscriptionId: id });
    expect((await truthOf(id)).microsoft.differences).toEqual([]);
  });

  describe("compares seats as a reconciliation does:", () => {
    const missing = Symbol("missing");
    const forms: [string, unknown, number | null, boolean][] = [
      ["the same number", 5, 5, false],
      ["the same number as text", "5", 5, false],
      ["another number", 9, 5, true],
      ["a number where we have none", 5, null, true],
      ["null", null, 5, false],
      ["empty text", "", 5, false],
      ["0", 0, 5, false],
      ["nothing", missing, 5, false],
      ["nothing, for a plan without seats", missing, null, false],
      ["null, for a plan without seats", null, null, false],
      ["0, for a plan without seats", 0, null, false],
      ["empty text, for a plan without seats", "", null, false],
    ];
    test.each(forms)("%s", async (_name, said, stored, isDifference) => {
      const id = await app.buyActive();
      const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
      const { quantity: _, ...others } = (row?.raw ?? {}) as Record<string, unknown>;
      const raw = said === missing ? others : { ...others, quantity: said };
      await app.db.update(subscriptions).set({ raw, quantity: stored }).where(eq(subscriptions.id, id));
      expect((await truthOf(id)).microsoft.differences).toEqual(isDifference ? ["quantity"] : []);
    });
  });

  test("takes another spelling of a plan's ID or a missing term for the same", async () => {
    const id = await app.buyActive();
    const [row] = await app.db.select().from(subscriptions).where(eq(subscriptions.id, id));
    const { term: _, ...others } = (row?.raw ?? {}) as Record<string, unknown>;
    await app.db
      .update(subscriptions)
      .set({ raw: { ...others, planId: "TEAM" } })
      .where(eq(subscriptions.id, id));
    expect((await truthOf(id)).microsoft.differences).toEqual([]);
  });

  test("shows a product that is out of sync, which needs attention after an hour and has a filter", async () => {
    const id = await app.buyActive();
    await confirm(id, { planId: "team", quantity: 4, access: "full", reference: "tenant-4" });
    expect((await truthOf(id)).product?.confirmation).toMatchObject({
      differences: ["quantity"],
      byName: "Production",
      reference: "tenant-4",
    });
    const { rows } = await app.as("viewer").subscriptions.list({ product: "differs" });
    expect(rows.map((row) => row.id)).toEqual([id]);
    const later = { now: () => new Date(Date.now() + 61 * 60_000) };
    const needsOf = async (others = {}) =>
      (await app.as("viewer", others).needs.list({})).needs.filter(
        (need) => need.subscriptionId === id && need.kind === "product_differs",
      );
    expect(await needsOf()).toEqual([]);
    expect(await needsOf(later)).toMatchObject([{ kind: "product_differs" }]);
    await confirm(id, { planId: "team", quantity: 5, access: "full" });
    expect(await needsOf(later)).toEqual([]);
    expect((await app.as("viewer").subscriptions.list({ product: "differs" })).rows).toEqual([]);
  });

  test("lets staff ask the product to resync, which is recorded, in its feed, and answered by its confirmation", async () => {
    const id = await app.buyActive();
    await expect(app.as("viewer").truth.askProduct({ subscriptionId: id })).rejects.toThrow("needs the role operator");
    await app.as("operator").truth.askProduct({ subscriptionId: id });
    const [entry] = await app.db
      .select()
      .from(activity)
      .where(eq(activity.subscriptionId, id))
      .orderBy(desc(activity.id));
    expect(entry).toMatchObject({
      kind: "subscription.confirmation_asked",
      actorKind: "staff",
      actorName: "Test operator",
    });
    const feed = await fetch(`${app.url}/api/v1/changes?limit=500`, { headers: { authorization: `Bearer ${key}` } });
    const { changes } = (await feed.json()) as { changes: { id: string; type: string }[] };
    expect(changes.at(-1)).toMatchObject({ id: entry?.id, type: "subscription.confirmation_asked" });
    expect((await truthOf(id)).product?.askedAt).toBe(entry?.at.toISOString());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await confirm(id, { planId: "team", quantity: 5, access: "full" });
    expect((await truthOf(id)).product).toMatchObject({ askedAt: null, confirmation: { differences: [] } });
  });
});
