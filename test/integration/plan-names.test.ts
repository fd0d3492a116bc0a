/** Plan names are known as soon as a subscription is, without a request by staff. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refreshPlans } from "../../server/commands/subscriptions/refresh-plans.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

async function buy(input: object): Promise<string> {
  const { subscriptionId } = await app.control<{ subscriptionId: string }>("purchases", {
    purchaser: "ada",
    autoActivate: true,
    ...input,
  });
  return subscriptionId;
}

test("a webhook with an unknown plan adds its name and price, and one with a known plan makes no call", async () => {
  const id = await buy({ offerId: "insight", planId: "team", quantity: 5 });
  const found = await eventually(async () => {
    const subscription = await app.find(id);
    return subscription?.planName === "Team" && subscription.plan?.price && subscription;
  });
  expect(found.plan).toMatchObject({
    price: {
      words: "$12.00 per seat per month",
      money: { amount: "12", currency: "USD", isPerSeat: true },
      termUnit: "P1M",
    },
    isPrivate: false,
  });
  const second = await buy({ offerId: "insight", planId: "team", quantity: 7 });
  await eventually(() => app.find(second));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { calls } = await app.control<{ calls: { path: string }[] }>("calls?limit=1000");
  const asked = calls.filter(({ path }) => path.includes("listAvailablePlans"));
  // All plans, and its own alone.
  expect(asked.map(({ path }) => path.includes(id))).toEqual([true, true]);
});

test("reconciliation fetches plans that are still unknown", async () => {
  const id = await buy({ offerId: "vault", planId: "plus" });
  await eventually(async () => (await app.find(id))?.planName !== "plus");
  await app.db.execute(sql`delete from plans`);
  await app.as("operator").reconcile.start();
  await eventually(async () => (await app.find(id))?.planName !== "plus");
});

describe("B10: a known plan", () => {
  const jobs = () => ({
    db: app.db,
    marketplace: app.marketplace,
    now: () => new Date(),
    log: quiet,
    actor: { kind: "system" as const, name: "Test" },
  });
  const change = (facts: object) => app.control("plans", { offerId: "insight", planId: "business", ...facts });
  const bought = async (input: object = {}) => {
    const id = await buy({ offerId: "insight", planId: "business", quantity: 10, ...input });
    await eventually(async () => (await app.record(id))?.status === "Subscribed");
    return id;
  };
  const priceOf = async (id: string) => (await app.find(id))?.plan?.price?.words ?? null;

  test("is refreshed before it is a day old, and not earlier", async () => {
    const id = await bought();
    await eventually(async () => (await app.find(id))?.planName === "Business");
    await change({ name: "Business Plus" });
    await refreshPlans(jobs());
    expect((await app.find(id))?.planName).toBe("Business");
    await app.db.execute(sql`update plans set seen_at = seen_at - interval '21 hours'`);
    await refreshPlans(jobs());
    expect((await app.find(id))?.planName).toBe("Business Plus");
    await change({ name: "Business" });
  });

  test("accepts the seats that Microsoft allows now, alone and in bulk, and refuses by the current limits", async () => {
    const id = await bought();
    await app.as("operator").subscriptions.askPlans({ id });
    await app.db.execute(sql`update plans set max_quantity = 20, seen_at = seen_at - interval '5 minutes'`);
    const seats = (quantity: number) =>
      app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity, reason: "they asked for it" });
    await expect(seats(300)).resolves.toMatchObject({ operationId: expect.any(String) });
    await eventually(async () => (await app.record(id))?.quantity === 300);

    await app.db.execute(sql`update plans set max_quantity = 20, seen_at = seen_at - interval '5 minutes'`);
    const action = { kind: "changeQuantity" as const, quantity: 310, reason: "they asked for it" };
    const run = await app.as("operator").bulk.plan({ action, target: { ids: [id] } });
    expect((await app.as("viewer").bulk.rows({ id: run.id })).rows[0]).toMatchObject({ state: "ready" });

    await change({ maxQuantity: 305 });
    await app.db.execute(sql`update plans set seen_at = seen_at - interval '5 minutes'`);
    await expect(seats(306)).rejects.toThrow("at most 305 seats");
    await change({ maxQuantity: 500 });
  });

  test("has the price for the subscription's term, and none if Microsoft states none for it", async () => {
    const id = await bought();
    await change({ otherTerms: [{ termUnit: "P1Y", price: 250 }] });
    const asked = await app.as("operator").subscriptions.askPlans({ id });
    expect(asked.find(({ isCurrent }) => isCurrent)?.price?.words).toBe("$25.00 per seat per month");
    expect(await priceOf(id)).toBe("$25.00 per seat per month");
    await app.db.execute(sql`update subscriptions set term_unit = 'P3Y' where id = ${id}`);
    expect(await priceOf(id)).toBeNull();
    await app.as("operator").subscriptions.askPlans({ id });
    expect(await priceOf(id)).toBeNull();
    await change({ otherTerms: [] });
  });

  test.each(["BUSINESS", "Business"])("has its price although Microsoft writes its id as %s", async (planId) => {
    const id = await bought();
    const terms = [{ currency: "USD", price: 31, termUnit: "P1M" }];
    const plans = [
      { planId, displayName: "Business", isPricePerSeat: true, planComponents: { recurrentBillingTerms: terms } },
    ];
    const target = `GET ^/api/saas/subscriptions/${id}/listAvailablePlans`;
    await app.control("faults", { target, status: 200, body: { plans } });
    const asked = await app.as("operator").subscriptions.askPlans({ id });
    await app.control("faults", undefined, "DELETE");
    expect(asked.find(({ isCurrent }) => isCurrent)?.price?.words).toBe("$31.00 per seat per month");
    expect(await priceOf(id)).toBe("$31.00 per seat per month");
  });

  test("has the private offer's price only for its customer", async () => {
    const id = await bought({ privatePrice: 17 });
    const other = await bought();
    await app.as("operator").subscriptions.askPlans({ id });
    await app.as("operator").subscriptions.askPlans({ id: other });
    expect(await priceOf(id)).toBe("$17.00 per seat per month");
    expect(await priceOf(other)).toBe("$25.00 per seat per month");
    expect((await app.find(id))?.plan?.sourceOffers).toHaveLength(1);
    expect((await app.find(other))?.plan?.sourceOffers).toEqual([]);
    await app.db.execute(sql`update subscription_prices set seen_at = seen_at - interval '25 hours'`);
    expect(await priceOf(id)).toBeNull();
    expect((await app.find(id))?.plan?.outdatedPrice).toMatchObject({
      price: { words: "$17.00 per seat per month" },
    });
    await refreshPlans(jobs());
    expect(await priceOf(id)).toBe("$17.00 per seat per month");
    expect((await app.find(id))?.plan?.outdatedPrice).toBeNull();
  });

  describe("refreshing many plans", () => {
    const callsForPlans = async () => {
      const { calls } = await app.control<{ calls: { path: string; query: string }[] }>("calls?limit=2000");
      return calls.filter(({ path }) => path.includes("listAvailablePlans"));
    };
    const makeStale = async (ids: string[]) => {
      await app.db.execute(sql`update subscription_prices set seen_at = now() - interval '2 hours'`);
      await app.db.execute(
        sql`update subscription_prices set seen_at = now() - interval '21 hours' where subscription_id = any(${sql.param(ids)}::text[])`,
      );
      await app.db.execute(sql`update plans set seen_at = now()`);
    };

    test("makes one call per price", async () => {
      const ids = [await bought({ privatePrice: 18 }), await bought(), await bought()];
      for (const id of ids) await app.as("operator").subscriptions.askPlans({ id });
      await makeStale(ids);
      const before = (await callsForPlans()).length;
      expect(await refreshPlans(jobs())).toBe(3);
      const asked = (await callsForPlans()).slice(before);
      expect(
        asked.map(({ path }) => ids.findIndex((id) => path.includes(id))).toSorted((one, other) => one - other),
      ).toEqual([0, 1, 2]);
      for (const { query } of asked) expect(query).toContain("planId=business");
      expect(await priceOf(ids[0]!)).toBe("$18.00 per seat per month");
      expect(await refreshPlans(jobs())).toBe(0);
    });

    test.each([
      ["asks for a pause", { status: 429, headers: { "retry-after": "1" } }],
      ["does not serve", { status: 503 }],
    ])("ends when Microsoft %s", async (_what, answer) => {
      const ids = [await bought(), await bought(), await bought()];
      for (const id of ids) await app.as("operator").subscriptions.askPlans({ id });
      await makeStale(ids);
      await app.control("faults", {
        target: "GET ^/api/saas/subscriptions/[^/]+/listAvailablePlans",
        body: {},
        ...answer,
      });
      const before = (await callsForPlans()).length;
      expect(await refreshPlans(jobs())).toBe(0);
      const asked = new Set((await callsForPlans()).slice(before).map(({ path }) => path));
      await app.control("faults", undefined, "DELETE");
      expect(asked.size).toBe(1);
      expect(await eventually(() => refreshPlans(jobs()))).toBe(3);
    });

    test("continues if Microsoft refuses one of them permanently", async () => {
      const ids = [await bought(), await bought()];
      for (const id of ids) await app.as("operator").subscriptions.askPlans({ id });
      await makeStale(ids);
      await app.control("faults", {
        target: `GET ^/api/saas/subscriptions/${ids[0]}/listAvailablePlans`,
        status: 403,
        body: {},
      });
      expect(await refreshPlans(jobs())).toBe(1);
      await app.control("faults", undefined, "DELETE");
      expect(await refreshPlans(jobs())).toBe(1);
    });
  });
});

describe("B20: a flat-rate plan", () => {
  test.each(["1", "null"])("cannot change seats, even if Microsoft states %s", async (quantity) => {
    const id = await buy({ offerId: "vault", planId: "basic" });
    await eventually(async () => (await app.find(id))?.planName === "Basic");
    await app.db.execute(sql`update subscriptions set quantity = ${sql.raw(quantity)} where id = ${id}`);
    const action = (await app.find(id))?.actions.find((one) => one.action === "changeQuantity");
    expect(action).toMatchObject({ isPossible: false, blockedReason: expect.stringContaining("flat-rate") });
    await expect(
      app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 5, reason: "more seats" }),
    ).rejects.toThrow("flat-rate");
  });
});

test("C17: a viewer cannot trigger calls to Microsoft for plans", async () => {
  const id = await buy({ offerId: "vault", planId: "plus" });
  await expect(app.as("viewer").subscriptions.askPlans({ id })).rejects.toThrow("role");
});
