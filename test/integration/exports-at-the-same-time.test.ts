/** Exports that start together, while their lists are slow to read. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBrowserSession } from "../../sandbox/browser-session.ts";
import { eventually, startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const many = 5_000;

beforeAll(async () => {
  app = await startTestApp();
  // Rows too long for the buffers between app and reader; owners are neither searched nor do customers have them.
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, quantity, status, status_since, first_seen_by, synced_at, created_at,
      updated_at, owner_id, owner_name)
    select 'sub-' || n, 'Customer ' || n, 'insight', 'team', n, 'Subscribed', now(), 'reconcile', now(), now(), now(), 'owner',
      repeat('long ', 2000)
    from generate_series(1, ${many}) n`);
  await eventually(async () => (await app.as("viewer").customers.count({})).count >= many);
});
afterAll(() => app?.stop());

async function signedInAs(account: string): Promise<string> {
  const browser = createBrowserSession();
  await browser.chooseAccount(await browser.visit(`${app.url}/auth/sign-in`), account);
  return [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join("; ");
}

/** Exports that wait until they can read their list. */
async function waiting(): Promise<number> {
  const { rows } = await app.db.execute<{ count: number }>(sql`
    select count(*)::int as count from pg_stat_activity
    where application_name = 'marketdesk desk, long reads' and wait_event_type = 'Lock'`);
  return rows[0]?.count ?? 0;
}

test("neither cut off an export that has begun nor one another", async () => {
  const [viewer, operator, admin] = [
    await signedInAs("viewer"),
    await signedInAs("operator"),
    await signedInAs("admin"),
  ];
  const begun = await fetch(`${app.url}/exports/subscriptions.json?q=sub-`, { headers: { cookie: viewer } });
  const reader = begun.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? "";

  let files: Promise<{ id: string }[]>[] = [];
  await app.db.transaction(async (tx) => {
    await tx.execute(sql`lock table customers in access exclusive mode`);
    const customersFor = async (cookie: string) =>
      (await fetch(`${app.url}/exports/customers.json?q=Customer`, { headers: { cookie } })).json() as Promise<
        { id: string }[]
      >;
    files = [viewer, operator, operator, admin, admin].map(customersFor);
    await eventually(async () => (await waiting()) > 0);
    // Answered after the exports before it have asked for their ids.
    for (const cookie of [viewer, operator, admin])
      await fetch(`${app.url}/exports/activity.csv`, { method: "HEAD", headers: { cookie } });
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
    expect(await waiting()).toBe(1);
  });
  expect(JSON.parse(text)).toHaveLength(many);
  for (const rows of await Promise.all(files)) expect(new Set(rows.map(({ id }) => id)).size).toBe(many);
});
