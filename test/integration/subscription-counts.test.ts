import { sql } from "drizzle-orm";
import type { JobHelpers } from "graphile-worker";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { checkCounts } from "../../server/commands/upkeep/check-counts.ts";
import { isTestPurchase, subscriptionCounts } from "../../server/database/schema/subscriptions.ts";
import { rollUpDayCounts } from "../../server/database/writes/day-count-rollup.ts";
import { readDayCounts } from "../../server/database/queries/day-counts.ts";
import { dayCountChanges, dayCounted } from "../../server/database/schema/figures.ts";
import { rollUpCounts } from "../../server/database/writes/subscription-count-rollup.ts";
import { lastUpkeep } from "../../server/database/queries/upkeep.ts";
import { createTasks } from "../../server/jobs/tasks.ts";
import { createDatabase } from "../../server/database/connection/database.ts";
import { activity } from "../../server/database/schema/activity.ts";
import { eq } from "drizzle-orm";
import { quiet, startTestApp, type TestApp } from "../support/app.ts";
import { longTimeouts } from "../support/database.ts";

let app: TestApp;
let crowd: ReturnType<typeof createDatabase>;
beforeAll(async () => {
  app = await startTestApp();
  crowd = createDatabase({ url: app.databaseUrl, name: "crowd", max: 8, ...longTimeouts, log: quiet });
});
afterAll(async () => {
  await crowd?.close();
  await app?.stop();
});

const keeper = () => ({
  db: app.db,
  marketplace: app.marketplace,
  now: () => new Date(),
  log: quiet,
  actor: { kind: "system" as const, name: "Marketdesk" },
});

const columns = sql`id, name, offer_id, plan_id, quantity, status, is_free_trial, first_seen_by, status_since, synced_at, created_at, updated_at,
  purchased_at, activated_at, term_ends_at, auto_renews`;

function add(from: number, to: number) {
  return app.db.execute(sql`
    insert into subscriptions (${columns})
    select 'counted-' || n, 'Counted ' || n, 'insight', (array['team', 'business'])[1 + n % 2], 1 + n % 7, 'Subscribed', n % 5 = 0,
      'reconcile', now(), now(), now(), now(), now() - make_interval(days => n % 11), case when n % 3 > 0 then now() end,
      now() + make_interval(days => n % 13), case n % 4 when 0 then false when 1 then null else true end
    from generate_series(${from}::int, ${to}::int) n`);
}

/** What the rows say, in the form of the kept totals. */
async function counted() {
  const { rows } = await app.db.execute(sql`
    select offer_id as "offerId", plan_id as "planId", status, hold_at is not null as "isOnHold", is_free_trial as "isFreeTrial",
      count(*)::int as subscriptions, coalesce(sum(quantity), 0)::int as seats
    from subscriptions group by 1, 2, 3, 4, 5`);
  return ordered(rows);
}
/** The same of days. */
async function countedDays() {
  const purchased = (what: string, where: string) =>
    sql.raw(
      `select '${what}' as what, (purchased_at at time zone 'utc')::date as day from subscriptions where ${where}`,
    );
  const ends = (what: string, renews: string) =>
    sql.raw(`select '${what}', (term_ends_at at time zone 'utc')::date from subscriptions
      where status = 'Subscribed' and auto_renews is ${renews} and term_ends_at is not null`);
  const { rows } = await app.db.execute(sql`
    select what, day::text as day, count(*)::int as count from (
      ${purchased("purchased", "purchased_at is not null")}
      union all ${purchased("activated", "status in ('Subscribed', 'Suspended') or activated_at is not null")}
      union all ${purchased("live", "status in ('Subscribed', 'Suspended')")}
      union all ${ends("renewing", "true")} union all ${ends("ending", "false")} union all ${ends("unknown", "null")}
    ) days group by 1, 2`);
  return ordered(rows);
}
const keptDays = async () =>
  ordered(await readDayCounts(app.db, { what: dayCounted, from: dayFrom("2000-01-01"), offer: undefined }));
const kept = async () => ordered((await app.as("viewer").subscriptions.counts()).groups);
const ordered = (groups: object[]) =>
  groups.map((group) => JSON.stringify(group, Object.keys(group).toSorted())).toSorted();
const rowsOfCounts = async () => app.db.$count(subscriptionCounts);

describe("the counts of subscriptions", () => {
  test("follow a statement that adds, changes and removes many", async () => {
    await add(1, 300);
    expect(await kept()).toEqual(await counted());
    await app.db.execute(
      sql`update subscriptions set plan_id = 'enterprise', quantity = null where id like 'counted-1%'`,
    );
    await app.db.execute(
      sql`update subscriptions set hold_at = now(), hold_by = 'Test', hold_reason = 'Test' where id like 'counted-2%'`,
    );
    await app.db.execute(sql`delete from subscriptions where id like 'counted-3%'`);
    expect(await kept()).toEqual(await counted());
    expect(await keptDays()).toEqual(await countedDays());
    const { total, onHold, byStatus } = await app.as("viewer").subscriptions.counts();
    expect(total).toBe(byStatus.Subscribed);
    expect(onHold).toBe(111);
  });

  test("are not affected by other changes, nor by a rollback", async () => {
    const before = await rowsOfCounts();
    const ofDays = await app.db.$count(dayCountChanges);
    await app.db.execute(sql`update subscriptions set synced_at = now(), name = name || '.', version = version + 1`);
    await crowd.db
      .transaction(async (tx) => {
        await tx.execute(sql`update subscriptions set quantity = 99`);
        throw new Error("undo");
      })
      .catch(() => {});
    expect(await rowsOfCounts()).toBe(before);
    expect(await app.db.$count(dayCountChanges)).toBe(ofDays);
    expect(await kept()).toEqual(await counted());
  });

  test("match the rows after random changes by eight simultaneous writers and rollups", async () => {
    await add(1_000, 1_400);
    let hasStopped = false;
    const folding = (async () => {
      while (!hasStopped) await Promise.all([rollUpCounts(app.db), rollUpDayCounts(app.db)]);
    })();
    const one = (index: number) =>
      crowd.db.execute(sql`
        update subscriptions set
          quantity = 1 + floor(random() * 9), plan_id = (array['team', 'business', 'enterprise'])[1 + floor(random() * 3)],
          status = (array['Subscribed', 'Suspended', 'Unsubscribed'])[1 + floor(random() * 3)]::subscription_status,
          is_free_trial = random() < 0.2, auto_renews = random() < 0.5, activated_at = case when random() < 0.5 then now() end,
          purchased_at = now() - make_interval(days => (random() * 20)::int), term_ends_at = now() + make_interval(days => (random() * 20)::int)
        where id = ${`counted-${1_000 + (index % 400)}`}`);
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let turn = 0; turn < 200; turn += 1) await one(worker * 53 + turn);
      }),
    );
    hasStopped = true;
    await folding;
    expect(await kept()).toEqual(await counted());
    expect(await keptDays()).toEqual(await countedDays());
    expect(await app.db.$count(dayCountChanges)).toBeLessThan(1_000);
  });

  test("are rolled up to one row of each kind once there are many", async () => {
    for (let turn = 0; turn < 3; turn += 1)
      await app.db.execute(sql`update subscriptions set quantity = quantity + 1 where id like 'counted-1%'`);
    const before = await kept();
    expect(await rowsOfCounts()).toBeGreaterThan(500);
    await Promise.all([rollUpCounts(app.db), rollUpCounts(crowd.db), rollUpCounts(crowd.db)]);
    expect(await rowsOfCounts()).toBe(before.length);
    expect(await kept()).toEqual(before);
  });

  test("find the few test purchases by their index, as few as PostgreSQL expects", async () => {
    await add(2_001, 4_000);
    await app.db.execute(
      sql`update subscriptions set sandbox_type = 'Csp' where id in ('counted-2001', 'counted-2002', 'counted-2003')`,
    );
    await app.db.execute(sql`analyze subscriptions`);
    const { rows } = await app.db.execute<{ "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] }>(
      sql`explain (format json) select from subscriptions where ${isTestPurchase}`,
    );
    const [explained] = rows[0]!["QUERY PLAN"];
    expect(JSON.stringify(explained)).toContain("subscriptions_listed_tests");
    expect(explained.Plan["Plan Rows"]).toBeLessThan(50);
    await app.db.execute(sql`delete from subscriptions where sandbox_type is not null`);
    expect(await kept()).toEqual(await counted());
  });

  test("that are wrong are found, corrected and reported", async () => {
    expect(await checkCounts(keeper())).toEqual({ repaired: 0 });
    await app.db.execute(sql`
      insert into subscription_counts values ('insight', 'team', 'Subscribed', false, false, 3, -7), ('gone', 'gone', 'Suspended', false, false, 1, 1)`);
    expect(await kept()).not.toEqual(await counted());
    expect(await checkCounts(keeper())).toEqual({ repaired: 2 });
    expect(await kept()).toEqual(await counted());
    const [repair] = await app.db.select().from(activity).where(eq(activity.kind, "counts.repaired"));
    expect(repair).toMatchObject({
      actorName: "Marketdesk",
      after: { "insight team Subscribed": "-3 subscriptions, 7 seats added" },
    });
    const { groups } = await app.as("operator").connection.check();
    const line = groups.flatMap(({ lines }) => lines).find(({ name }) => name === "Totals of subscriptions");
    expect(line).toMatchObject({ state: "warning", value: expect.stringContaining("2 kinds") as string });
    await app.db.execute(sql`insert into day_counts values ('purchased', '2020-02-02', 'insight', 4)`);
    expect(await keptDays()).not.toEqual(await countedDays());
    expect(await checkCounts(keeper())).toEqual({ repaired: 1 });
    expect(await keptDays()).toEqual(await countedDays());
    await checkCounts(keeper());
    const { groups: again } = await app.as("operator").connection.check();
    expect(again.flatMap(({ lines }) => lines)).toContainEqual(
      expect.objectContaining({ name: "Totals of subscriptions", state: "ok", value: "right" }),
    );
  });

  test("are corrected by a job that may take longer than the connections of others", async () => {
    const [brief, long] = [100, 60_000].map((statementTimeoutMs) =>
      createDatabase({ url: app.databaseUrl, name: "upkeep test", max: 1, statementTimeoutMs, log: quiet }),
    );
    onTestFinished(async () => void (await Promise.all([brief!.close(), long!.close()])));
    // The brief connection ends 1.1 s after a statement began.
    await app.db.execute(sql`create function be_slow() returns trigger language plpgsql as $$
      begin perform pg_sleep(1.3); return new; end $$`);
    await app.db.execute(sql`create trigger slow before insert on upkeep_runs for each row execute function be_slow()`);
    onTestFinished(async () => void (await app.db.execute(sql`drop trigger slow on upkeep_runs`)));
    const before = await lastUpkeep(app.db, "counts");
    const tasks = createTasks({
      ...keeper(),
      db: brief!.db,
      upkeepDb: long!.db,
      anchors: null,
      recheckStaff: () => Promise.resolve(),
      signing: { db: brief!.db, now: () => new Date(), secret: "of the test" },
    });
    await tasks["check-counts"]?.({}, {} as JobHelpers);
    expect((await lastUpkeep(app.db, "counts"))?.id).not.toBe(before?.id);
  });

  test("are empty without rows", async () => {
    await app.db.execute(sql`truncate subscriptions cascade`);
    expect(await app.as("viewer").subscriptions.counts()).toMatchObject({ total: 0, groups: [] });
    expect(await keptDays()).toEqual([]);
    expect(await app.as("viewer").subscriptions.facets()).toMatchObject({ offers: [] });
  });
});
