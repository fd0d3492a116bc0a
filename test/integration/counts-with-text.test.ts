/** How many subscriptions and customers match a text, which is counted up to a lower limit than filters alone. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const many = 1_200;
const suspended = 300;

beforeAll(async () => {
  app = await startTestApp();
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at,
      beneficiary_tenant_id, purchaser_tenant_id, tags)
    select 'many-' || n, 'Fabrikam ' || n, 'insight', 'team',
      (case when n <= ${suspended} then 'Suspended' else 'Subscribed' end)::subscription_status,
      now(), 'webhook', now(), now(), now(), 'tenant-' || n, 'tenant-' || n, '{vip}'
    from generate_series(1, ${many}::int) n`);
  await eventually(async () => (await app.as("viewer").customers.count({})).count >= many);
});
afterAll(() => app?.stop());

describe("the number of matches", () => {
  test("is counted up to 1,000 with a text, and beyond with filters alone", async () => {
    const viewer = app.as("viewer").subscriptions;
    expect(await viewer.count({ q: "fabrikam" })).toEqual({ count: 1_000, isMore: true });
    expect(await viewer.count({ tag: "vip" })).toEqual({ count: many, isMore: false });
    expect(await viewer.count({ owner: "none" })).toEqual({ count: many, isMore: false });
  });

  test("is exact if fewer rows contain the text", async () => {
    const viewer = app.as("viewer").subscriptions;
    for (const filters of [
      { q: "fabrikam", status: "Suspended" as const },
      { q: "fabrikam 12" },
      { q: "no such text" },
    ]) {
      const ids = new Set<string>();
      for (let cursor: string | undefined, page; page === undefined || cursor;) {
        page = await viewer.list({ ...filters, cursor });
        for (const { id } of page.rows) ids.add(id);
        cursor = page.nextCursor ?? undefined;
      }
      expect(await viewer.count(filters), filters.q).toEqual({ count: ids.size, isMore: false });
    }
    expect(await viewer.count({ q: "fabrikam", status: "Suspended" })).toMatchObject({ count: suspended });
  });

  test("follows the same limit for customers", async () => {
    const viewer = app.as("viewer").customers;
    expect(await viewer.count({ q: "fabrikam" })).toMatchObject({ count: 1_000, isMore: true });
    expect(await viewer.count({})).toMatchObject({ count: many, isMore: false });
    expect(await viewer.count({ q: "tenant-77" })).toMatchObject({ count: 11, isMore: false, subscriptions: 11 });
  });

  test("does not limit a bulk action on all that match", async () => {
    const operator = app.as("operator").bulk;
    const target = { filters: { q: "fabrikam" } };
    const { id } = await operator.plan({ action: { kind: "changeTags", add: ["pilot"], remove: [] }, target });
    await eventually(async () => (await operator.get({ id })).state === "planned");
    expect((await operator.get({ id })).total).toBe(many);
  });

  test("does not limit an order without an index, as long as there are few enough to sort", async () => {
    const { rows } = await app.as("viewer").subscriptions.list({ q: "fabrikam", sort: "tenant" });
    expect(rows.map(({ name }) => name).slice(0, 3)).toEqual(["Fabrikam 1", "Fabrikam 10", "Fabrikam 100"]);
  });
});
