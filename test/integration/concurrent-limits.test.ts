/** Names that are unique and "at most so many" hold when many ask at the same time. */
import { isNull } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKeys } from "../../server/database/schema/api-keys.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

async function allAtOnce(count: number, act: (index: number) => Promise<unknown>) {
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, index) => act(index)));
  const refused = answers.flatMap((answer) =>
    answer.status === "rejected" ? [answer.reason as { code: string }] : [],
  );
  return { done: count - refused.length, codes: [...new Set(refused.map(({ code }) => code))] };
}

describe("C15: simultaneous requests", () => {
  test("create one API key per name, in any case", async () => {
    const race = await allAtOnce(12, (index) => app.as("admin").keys.make({ name: index % 2 ? "Race" : "RACE" }));
    expect(race).toEqual({ done: 1, codes: ["CONFLICT"] });
  });

  test("create at most 20 API keys", async () => {
    const race = await allAtOnce(30, (index) => app.as("admin").keys.make({ name: `Key ${index}` }));
    expect(race).toEqual({ done: 19, codes: ["PRECONDITION_FAILED"] });
    expect(await app.db.$count(apiKeys, isNull(apiKeys.revokedAt))).toBe(20);
  });

  test("create at most 50 views for a person, and one per name", async () => {
    const viewer = app.as("viewer");
    for (let index = 0; index < 45; index += 1) await viewer.views.create({ name: `View ${index}`, filters: {} });
    const race = await allAtOnce(20, (index) => viewer.views.create({ name: `Late ${index}`, filters: {} }));
    expect(race).toEqual({ done: 5, codes: ["PRECONDITION_FAILED"] });
    const views = await viewer.views.list();
    expect(views).toHaveLength(50);
    const renamed = await allAtOnce(8, (index) =>
      viewer.views.change({ id: views[index]!.id, name: "The same", filters: {} }),
    );
    expect(renamed).toEqual({ done: 1, codes: ["BAD_REQUEST"] });
  });

  test("add at most 20 tags to a subscription", async () => {
    const subscriptionId = await app.buy();
    const add = Array.from({ length: 18 }, (_, index) => `tag ${index}`);
    await app.as("operator").subscriptions.changeTags({ subscriptionId, add, remove: [] });
    const race = await allAtOnce(6, (index) =>
      app.as("operator").subscriptions.changeTags({ subscriptionId, add: [`late ${index}`], remove: [] }),
    );
    expect(race).toEqual({ done: 2, codes: ["BAD_REQUEST"] });
  });

  test("create one reason per name; names that differ in punctuation have separate ids", async () => {
    const same = await allAtOnce(8, () => app.as("admin").reasons.add({ name: "Race reason", actions: ["cancel"] }));
    expect(same).toEqual({ done: 1, codes: ["CONFLICT"] });
    const alike = await allAtOnce(6, (index) =>
      app.as("admin").reasons.add({ name: `Alike${"!".repeat(index + 1)}`, actions: ["cancel"] }),
    );
    expect(alike).toEqual({ done: 6, codes: [] });
  });

  test("create one version of a rule, a policy and the retention for each version that was seen", async () => {
    const rule = await allAtOnce(6, (index) =>
      app.as("admin").rules.set({
        offerId: null,
        planId: null,
        followsWider: false,
        allowedPlans: null,
        minQuantity: null,
        maxQuantity: 10 + index,
        seenVersion: 0,
        reason: "a race",
      }),
    );
    expect(rule).toEqual({ done: 1, codes: ["CONFLICT"] });
  });
});
