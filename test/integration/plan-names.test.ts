/** Names of plans are known from the first sight of a subscription, without anybody asking for them. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

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

test("a webhook that brings an unknown plan brings its name and price, with one call for each offer", async () => {
  const id = await buy({ offerId: "insight", planId: "team", quantity: 5 });
  const found = await eventually(async () => {
    const subscription = await app.find(id);
    return subscription?.planName === "Team" && subscription;
  });
  expect(found.plan).toMatchObject({ price: expect.any(String), isPrivate: false });
  const second = await buy({ offerId: "insight", planId: "team", quantity: 7 });
  await eventually(() => app.find(second));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { calls } = await app.control<{ calls: { path: string }[] }>("calls?limit=1000");
  expect(calls.filter(({ path }) => path.includes("listAvailablePlans"))).toHaveLength(1);
});

test("a comparison asks for what was never told", async () => {
  const id = await buy({ offerId: "vault", planId: "plus" });
  await eventually(async () => (await app.find(id))?.planName !== "plus");
  await app.db.execute(sql`delete from plans`);
  await app.as("operator").reconcile.start();
  await eventually(async () => (await app.find(id))?.planName !== "plus");
});
