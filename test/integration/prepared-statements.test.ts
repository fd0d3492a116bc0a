/** Statements that are read often are planned once per connection: planning them takes many times as long as running them. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { findForProduct, readFeed } from "../../server/database/queries/product.ts";
import { longTimeouts } from "../support/database.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const many = 2_000;

beforeAll(async () => {
  app = await startTestApp();
  await app.buyActive();
  // With a handful of rows, reading whole tables would be the best plan of all.
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at,
      beneficiary_tenant_id, purchaser_tenant_id)
    select 'many-' || n, 'Fabrikam ' || n, 'insight', 'team', 'Subscribed', now(), 'webhook', now(), now(), now(), 'tenant-' || n, 'tenant-' || n
    from generate_series(1, ${many}::int) n`);
  await eventually(async () => (await app.as("viewer").customers.count({})).count >= many);
  await app.db.execute(sql`analyze`);
});
afterAll(() => app?.stop());

/** PostgreSQL plans the first five executions with their values, and compares. */
const executions = 12;

type Reader = { db: Database; viewer: ReturnType<TestApp["as"]> };

const readings: Record<string, { names: string[]; read: (reader: Reader, n: number) => Promise<unknown> }> = {
  "the page of a subscription": {
    names: [
      "automation_problems_of_subscription",
      "customer_by_subscription",
      "operations_of_subscription",
      "planned_of_subscription",
      "proposals_of_subscription",
      "subscription_by_id",
      "waiting_request_of_subscription",
    ],
    read: ({ viewer }, n) => viewer.subscriptions.get({ id: `many-${n}` }),
  },
  "the rows of the list of subscriptions": {
    names: ["subscription_rows_by_ids"],
    read: ({ viewer }, n) => viewer.subscriptions.list({ sort: "name", plan: n % 2 ? "team" : undefined }),
  },
  "the amounts in the list of customers": {
    names: ["mrr_of_customers"],
    read: ({ viewer }) => viewer.customers.list({ sort: "name" }),
  },
  "a subscription for the product": {
    names: ["subscription_for_product"],
    read: ({ db }, n) => findForProduct(db, `many-${n}`),
  },
  "the feed and the messages to endpoints": {
    names: ["events_by_ids"],
    read: async ({ db }, n) => {
      const { events } = await readFeed(db, undefined, n);
      expect(events.length).toBeGreaterThan(0);
      return events;
    },
  },
};

test.for(Object.entries(readings))("the statements of %s are planned once", async ([, { names, read }]) => {
  const options = { url: app.appDatabaseUrl, name: "test", max: 1, ...longTimeouts, isPrompt: true, log: quiet };
  const { db, close } = createDatabase(options);
  try {
    for (let n = 1; n <= executions; n += 1)
      expect(await read({ db, viewer: app.as("viewer", { db }) }, n)).toBeTruthy();
    const { rows } = await db.execute<{ name: string; generic: number }>(
      sql`select name, generic_plans::int as generic from pg_prepared_statements order by name collate "C"`,
    );
    const planned = rows.filter(({ name }) => names.includes(name));
    expect(planned).toEqual(names.map((name) => ({ name, generic: executions - 5 })));
  } finally {
    await close();
  }
});
