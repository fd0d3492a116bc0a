/** What needs attention of one owner among many, as the list of all has it, and without reading what waits of the others. */
import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { itemsOf } from "../../server/needs/items.ts";
import { listNeeds } from "../../server/needs/read-needs.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const owned = 30;
const others = 3_000;

/** Subscriptions whose numbers begin at one; every third of an owner is pending or has ended. */
const add = (count: number, prefix: string, owner: SQL) =>
  app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, purchased_at, synced_at, created_at, updated_at,
      activation_waits_for, activation_asked_at, owner_id, owner_name)
    select ${prefix} || n, 'Customer ' || n, 'insight', 'team', status::subscription_status, at, 'webhook', at, at, at, at,
      waits_for, case when waits_for is not null then at end, ${owner}, ${owner}
    from generate_series(1, ${count}::int) n,
      lateral (select now() - make_interval(days => n % 20, mins => n) as at) times,
      lateral (select (array['Subscribed', 'PendingFulfillmentStart', 'Suspended', 'Subscribed', 'Unsubscribed'])[n % 5 + 1] as status) states,
      lateral (select case when status = 'PendingFulfillmentStart' then (array[null, 'staff', 'product'])[n % 3 + 1] end as waits_for) waiting`);

beforeAll(async () => {
  app = await startTestApp();
  await add(owned, "mia", sql`'tenant:mia'`);
  await add(owned, "ana", sql`'tenant:ana'`);
  await app.db.execute(sql`update subscriptions set status = 'Suspended' where id in ('mia5', 'ana5')`);
});
afterAll(() => app?.stop());

const keysOf = (needs: { kind: string; id: string }[]) => needs.map(({ kind, id }) => `${kind} ${id}`);
const list = (scope?: { owner: string }) => listNeeds(app.db, new Date(), { which: "waiting", scope });

describe("the needs of an owner", () => {
  test.each(["tenant:mia", "tenant:ana", "tenant:none"])("are those of all that belong to %s", async (owner) => {
    const { needs, isCut } = await list();
    expect(isCut).toBe(false);
    const wanted = needs.filter((need) => need.owner?.id === owner);
    expect(keysOf((await list({ owner })).needs)).toEqual(keysOf(wanted));
    const kinds = owner === "tenant:none" ? [] : ["activation", "activation_asked", "onboarding", "provisioning"];
    expect([...new Set(wanted.map(({ kind }) => kind))]).toEqual(expect.arrayContaining(kinds));
  });

  test("leave out what is snoozed, and follow the subscription to its next owner", async () => {
    const ofKind = async (owner: string) =>
      (await list({ owner })).needs.filter(({ kind }) => kind === "onboarding").map(({ id }) => id);
    const [first = "", second = ""] = await ofKind("tenant:mia");
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const operator = app.as("operator");
    await operator.needs.snooze({ kind: "onboarding", id: first, until, reason: "On holiday" });
    expect(await ofKind("tenant:mia")).not.toContain(first);
    await operator.needs.unsnooze({ kind: "onboarding", id: first });
    expect(await ofKind("tenant:mia")).toContain(first);
    await operator.subscriptions.assignOwner({ subscriptionId: second, owner: "me" });
    expect(await ofKind("tenant:mia")).not.toContain(second);
    expect(await ofKind("tenant:operator")).toEqual([second]);
  });

  test("do not read what waits of other owners", async () => {
    await add(others, "other", sql`null`);
    await app.db.execute(sql`analyze subscriptions`);
    await app.db.execute(sql`analyze onboardings`);
    const items = itemsOf(
      "onboarding",
      { now: sql`now()`, today: sql`current_date` },
      { which: "waiting", limit: 101, owner: sql`'tenant:ana'` },
    );
    const { rows } = await app.db.execute<{ "QUERY PLAN": [{ Plan: Plan }] }>(
      sql`explain (analyze, format json) ${items}`,
    );
    const read = nodesOf(rows[0]?.["QUERY PLAN"][0]?.Plan).filter((node) => node["Relation Name"] === "onboardings");
    expect(read.length).toBeGreaterThan(0);
    for (const node of read) expect(node["Actual Rows"] * node["Actual Loops"]).toBeLessThanOrEqual(owned);
  });
});

type Plan = { "Relation Name"?: string; "Actual Rows": number; "Actual Loops": number; Plans?: Plan[] };

function nodesOf(plan: Plan | undefined): Plan[] {
  return plan ? [plan, ...(plan.Plans ?? []).flatMap(nodesOf)] : [];
}
