/** Statements that are read often are planned once per connection: planning them takes many times as long as running them. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { findForProduct } from "../../server/database/queries/product.ts";
import { longTimeouts } from "../support/database.ts";
import { quiet, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  // With a handful of rows, reading whole tables would be the best plan of all.
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at,
      beneficiary_tenant_id, purchaser_tenant_id)
    select 'many-' || n, 'Fabrikam ' || n, 'insight', 'team', 'Subscribed', now(), 'webhook', now(), now(), now(), 'tenant-' || n, 'tenant-' || n
    from generate_series(1, 2000) n`);
  await app.db.execute(sql`analyze`);
});
afterAll(() => app?.stop());

/** PostgreSQL plans the first five executions with their values, and compares. */
const executions = 12;

describe("the statements of one subscription", () => {
  test.for([
    [
      "the dashboard",
      [
        "automation_problems_of_subscription",
        "customer_by_subscription",
        "operations_of_subscription",
        "planned_of_subscription",
        "proposals_of_subscription",
        "subscription_by_id",
        "waiting_request_of_subscription",
      ],
    ],
    ["the product", ["subscription_for_product"]],
  ] as const)("are planned once for %s", async ([reader, names]) => {
    const { db, close } = createDatabase({
      url: app.appDatabaseUrl,
      name: "test",
      max: 1,
      ...longTimeouts,
      isPrompt: true,
      log: quiet,
    });
    try {
      for (let n = 1; n <= executions; n += 1) {
        const id = `many-${n}`;
        if (reader === "the product") expect((await findForProduct(db, id))?.row.id).toBe(id);
        else expect((await app.as("viewer", { db }).subscriptions.get({ id })).id).toBe(id);
      }
      const { rows } = await db.execute<{ name: string; generic: number }>(
        sql`select name, generic_plans::int as generic from pg_prepared_statements order by name collate "C"`,
      );
      const planned = rows.filter(({ name }) => (names as readonly string[]).includes(name));
      expect(planned).toEqual(names.map((name) => ({ name, generic: executions - 5 })));
    } finally {
      await close();
    }
  });
});
