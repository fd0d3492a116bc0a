import { sql } from "drizzle-orm";
import { test } from "vitest";
import { createDatabase } from "../../server/database/connection.ts";
import { countNeeds, countSnoozed, listNeeds } from "../../server/database/need-queries.ts";
import { createTestDatabase } from "../support/database.ts";
import { quiet } from "../support/app.ts";

test("plans", { timeout: 300_000 }, async () => {
  const t = await createTestDatabase();
  const { db, close } = createDatabase({ url: t.url, name: "plan", max: 2, statementTimeoutMs: 200_000, log: quiet });
  await db.execute(sql`drop index subscriptions_search`);
  await db.execute(sql`insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, purchased_at, term_ends_at, auto_renews, is_free_trial)
    select gen_random_uuid()::text, 'n' || i, 'o', 'p', (case when i % 50 = 0 then 'PendingFulfillmentStart' when i % 40 = 0 then 'Suspended' when i % 10 = 0 then 'Unsubscribed' else 'Subscribed' end)::subscription_status,
    now() - i * interval '1 minute', 'reconcile', now(), now() - interval '400 days', now(), now() - (i % 40) * interval '1 day', now() + (i % 365) * interval '1 day', i % 5 <> 0, i % 30 = 1 from generate_series(1, 200000) i`);
  await db.execute(sql`insert into operations (id, subscription_id, action, source, stage, outcome, settled_at, actor_kind, actor_name, created_at, updated_at, answer_due_at)
    select gen_random_uuid(), s.id, case when i % 3 = 0 then 'Activate' else 'ChangePlan' end, 'Azure', 'settled', (case when i % 20 = 0 then 'failed' when i % 1000 = 1 then 'quarantined' else 'succeeded' end)::operation_outcome, now() - i * interval '1 hour', 'marketplace', 'm', now(), now(), now()
    from subscriptions s, generate_series(1, 3) i`);
  for (const analyzed of [false, true]) {
    if (analyzed) await db.execute(sql`vacuum analyze`).catch(async () => { await db.execute(sql`analyze`); });
    const captured: unknown[] = [];
    const explaining = { execute: async (q: never) => { const r = await db.execute(sql`explain (analyze, costs off, timing off) ${q}`); captured.push(r.rows.map((x) => Object.values(x)[0]).join("\n")); return { rows: [] }; } };
    for (const [name, run] of [["list", () => listNeeds(explaining as never, new Date(), { snoozed: false })], ["snoozed", () => listNeeds(explaining as never, new Date(), { snoozed: true })], ["countSnoozed", () => countSnoozed(explaining as never, new Date())], ["count", () => countNeeds(explaining as never, new Date())]] as const) {
      captured.length = 0;
      await run();
      const text = captured.join("\n");
      console.log(analyzed, name, /Execution Time: .*/.exec(text)?.[0], /Planning Time: .*/.exec(text)?.[0], (text.match(/Seq Scan on.*/g) ?? []).join(" | "));
      if (analyzed && (name === "count" || name==="list")) console.log(text);
    }
  }
  await close();
  await t.drop();
});
