import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { claimDue } from "../../server/database/writes/operation-claims.ts";
import { createClaimedRuns } from "../../server/jobs/claimed-runs.ts";
import { concurrencyDuringIntake, settlingConcurrency, startSettling } from "../../server/jobs/settling.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { createTestDatabase, longTimeouts } from "../support/database.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => app.control("faults", undefined, "DELETE"));
afterAll(() => app?.stop());

function isSettled(subscriptionId: string, action: string, withinMs = 15_000) {
  const ask = async () => {
    const found = await app
      .as("viewer")
      .subscriptions.get({ id: subscriptionId })
      .catch(() => null);
    return found?.operations.some((operation) => operation.action === action && operation.stage === "settled");
  };
  return eventually(ask, withinMs);
}

async function claimedBy(subscriptionId: string): Promise<string | null> {
  const { rows } = await app.db.execute<{ claimed_by: string | null }>(
    sql`select claimed_by from operations where subscription_id = ${subscriptionId} and claimed_by is not null`,
  );
  return rows[0]?.claimed_by ?? null;
}

async function readsOfRecord(subscriptionId: string): Promise<number> {
  const { calls } = await app.control<{ calls: { method: string; path: string }[] }>("calls?area=marketplace");
  return calls.filter(({ method, path }) => method === "GET" && path.endsWith(`/subscriptions/${subscriptionId}`))
    .length;
}

/** Microsoft answers the next read of the subscription so late. */
async function slowRead(subscriptionId: string, delayMs: number): Promise<void> {
  const target = `GET ^/api/saas/subscriptions/${subscriptionId}$`;
  await app.control("faults", { target, delayMs, times: 1 });
}

/** Operations of Microsoft's that are due, shared out among so many subscriptions. */
async function addOperations(db: Database, { count, subscriptions }: Record<"count" | "subscriptions", number>) {
  await db.execute(sql`
    insert into operations (id, marketplace_id, subscription_id, action, source, stage, due_at, actor_kind, actor_name, created_at, updated_at)
    select gen_random_uuid(), gen_random_uuid()::text, 's-' || n % ${subscriptions}, 'Renew', 'Azure', 'received', now(), 'marketplace', 'Microsoft', now(), now()
    from generate_series(1, ${count}) n`);
}

describe("the claim of an operation", () => {
  test("lasts as long as its worker lives, even for a long run", async () => {
    const id = await app.buyActive();
    const before = await readsOfRecord(id);
    await slowRead(id, 6_500);
    await app.control(`subscriptions/${id}/renew`, {});
    await isSettled(id, "Renew");
    expect((await readsOfRecord(id)) - before).toBe(1);
  });

  test("survives a short loss of the connection that proves it", async () => {
    const id = await app.buyActive();
    const before = await readsOfRecord(id);
    await slowRead(id, 5_000);
    await app.control(`subscriptions/${id}/renew`, {});
    await eventually(() => claimedBy(id));
    await app.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'marketdesk liveness'`,
    );
    await isSettled(id, "Renew");
    expect((await readsOfRecord(id)) - before).toBe(1);
  });

  test("can be lost during a run: its writes are refused, and the next run continues", async () => {
    const id = await app.buyActive();
    await app.changeSettings({ operationDelayMs: 2_500 });
    const target = `GET /api/saas/subscriptions/${id}/operations/`;
    await app.control("faults", { target, delayMs: 900, times: 1 });
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 7, reason: "Growth" });
    await eventually(() => claimedBy(id));
    await app.db.execute(sql`update operations set claimed_by = null where subscription_id = ${id}`);
    await isSettled(id, "ChangeQuantity", 20_000);
    const sent = await app.control<{ calls: { method: string; path: string }[] }>("calls?area=marketplace");
    expect(sent.calls.filter(({ method, path }) => method === "PATCH" && path.endsWith(id))).toHaveLength(1);
  });

  test("of a dead worker ends within seconds", async () => {
    const id = await app.buyActive();
    await slowRead(id, 20_000);
    await app.control(`subscriptions/${id}/renew`, {});
    const holder = await eventually(() => claimedBy(id));
    // As if its process had died: there is no longer a proof that it lives.
    await app.db.execute(sql`update operations set claimed_by = 'a dead worker' where claimed_by = ${holder}`);
    const startedAt = Date.now();
    await isSettled(id, "Renew");
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  test("is limited to one operation per subscription, the oldest first", async () => {
    const id = await app.buyActive();
    const target = `GET ^/api/saas/subscriptions/${id}$`;
    await app.control("faults", { target, delayMs: 400, times: 2 });
    await app.control(`subscriptions/${id}/suspend`, {});
    await app.control(`subscriptions/${id}/reinstate`, {});
    let maxClaimed = 0;
    await eventually(async () => {
      const { rows } = await app.db.execute<{ claimed: number; settled: number }>(
        sql`select count(claimed_by)::int as claimed, count(settled_at)::int as settled
          from operations where subscription_id = ${id} and action in ('Suspend', 'Reinstate')`,
      );
      maxClaimed = Math.max(maxClaimed, rows[0]?.claimed ?? 0);
      return rows[0]?.settled === 2;
    });
    expect(maxClaimed).toBe(1);
  });

  test.each(["query", "lost answer"] as const)("is released within seconds after a failure: %s", async (failure) => {
    const database = await createTestDatabase();
    const settings = { url: database.url, name: "t", max: 4, ...longTimeouts, isByKey: true, log: quiet };
    const { db, close } = createDatabase(settings);
    await addOperations(db, { count: 3, subscriptions: 3 });
    let failures = 0;
    const query = async (config: pg.QueryConfig) => {
      const isFirstClaim = config.name === "claim-due" && failures === 0;
      if (isFirstClaim) failures += 1;
      if (isFirstClaim && failure === "query") throw new Error("The connection was closed before the statement.");
      const answer = await db.$client.query(config);
      if (isFirstClaim) throw new Error("The connection was closed after the commit.");
      return answer;
    };
    const running = new Set<string>();
    const settling = startSettling({
      url: database.url,
      db: Object.create(db, { $client: { value: { query } } }) as Database,
      async run({ id }) {
        running.add(id);
        return { isDone: true };
      },
      isIntakeBusy: () => false,
      isOutage: () => false,
      log: quiet,
    });
    try {
      await eventually(() => Promise.resolve(running.size === 3), 6_000);
      expect(failures).toBe(1);
    } finally {
      await settling.stop();
      await close();
      await database.drop();
    }
  });

  test("is released too if its run fails while other claims are released", async () => {
    const database = await createTestDatabase();
    const settings = { url: database.url, name: "t", max: 4, ...longTimeouts, isByKey: true, log: quiet };
    const { db, close } = createDatabase(settings);
    await addOperations(db, { count: 2, subscriptions: 2 });
    const fails: ((error: Error) => void)[] = [];
    const runs = createClaimedRuns({
      db,
      run: () => new Promise((_, reject) => fails.push(reject)),
      wake: () => {},
      pollIntervalMs: 1_000,
      log: quiet,
    });
    const by = crypto.randomUUID();
    const read = async (text: string) => (await db.execute<{ count: number }>(sql.raw(text))).rows[0]?.count;
    const claims = () => read(`select count(*)::int from operations where claimed_by = '${by}'`);
    try {
      expect(await runs.claim(by, 2)).toBe(2);
      fails[0]?.(new Error("not stored"));
      await eventually(async () => runs.count() === 1);
      let releasing: Promise<void> | undefined;
      await db.transaction(async (tx) => {
        await tx.execute(sql`lock table operations in share mode`);
        releasing = runs.releaseStale(by);
        await eventually(
          async () =>
            (await read(
              `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            )) === 1,
        );
        fails[1]?.(new Error("not stored"));
        await eventually(async () => runs.count() === 0);
      });
      await releasing;
      expect(await claims()).toBe(1);
      await runs.releaseStale(by);
      expect(await claims()).toBe(0);
    } finally {
      await close();
      await database.drop();
    }
  });

  test("covers few operations during a burst of webhooks, and all after it", async () => {
    const database = await createTestDatabase();
    const settings = { url: database.url, name: "t", max: 4, ...longTimeouts, isByKey: true, log: quiet };
    const { db, close } = createDatabase(settings);
    await addOperations(db, { count: 200, subscriptions: 200 });
    let isIntakeBusy = true;
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const running = new Set<string>();
    const settling = startSettling({
      url: database.url,
      db,
      async run({ id }) {
        running.add(id);
        await ended;
        return { isDone: true };
      },
      isIntakeBusy: () => isIntakeBusy,
      isOutage: () => false,
      log: quiet,
    });
    try {
      await eventually(() => Promise.resolve(running.size > 0));
      // Twice the time after which it looks for more on its own.
      await sleep(2_000);
      expect(running.size).toBe(concurrencyDuringIntake);
      isIntakeBusy = false;
      await eventually(() => Promise.resolve(running.size === settlingConcurrency));
    } finally {
      end();
      await settling.stop();
      await close();
      await database.drop();
    }
  });

  test.each([
    ["an outage during a burst", true, true],
    ["an outage without webhooks", true, false],
    ["a burst without an outage", false, true],
  ])("covers few operations per second only in %s", async (_name, hasOutage, isIntakeBusy) => {
    const database = await createTestDatabase();
    const settings = { url: database.url, name: "t", max: 4, ...longTimeouts, isByKey: true, log: quiet };
    const { db, close } = createDatabase(settings);
    await addOperations(db, { count: 1_000, subscriptions: 1_000 });
    let isOutage = hasOutage;
    let runs = 0;
    const startedAt = performance.now();
    const settling = startSettling({
      url: database.url,
      db,
      async run() {
        runs += 1;
        return { isDone: false, waitMs: 10_000 };
      },
      isIntakeBusy: () => isIntakeBusy,
      isOutage: () => isOutage,
      log: quiet,
    });
    try {
      if (hasOutage && isIntakeBusy) {
        await eventually(() => Promise.resolve(runs > 2 * concurrencyDuringIntake));
        const quarters = (performance.now() - startedAt) / 250;
        expect(runs).toBeLessThanOrEqual(concurrencyDuringIntake * (quarters + 1));
        isOutage = false;
      }
      await eventually(() => Promise.resolve(runs === 1_000));
    } finally {
      await settling.stop();
      await close();
      await database.drop();
    }
  });

  test("reads a few rows of a burst into a new table, which has no statistics yet", async () => {
    const database = await createTestDatabase();
    const settings = { url: database.url, name: "t", max: 1, ...longTimeouts, isByKey: true, log: quiet };
    const { db, pool, close } = createDatabase(settings);
    try {
      await addOperations(db, { count: 8_000, subscriptions: 8_000 });
      const client = await pool.connect();
      await client.query("begin");
      const claimed = await claimDue(Object.create(db, { $client: { value: client } }) as Database, {
        by: "test",
        limit: 16,
      });
      const { rows } = await client.query<{ read: number }>(
        `select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'operations'`,
      );
      await client.query("rollback");
      client.release();
      expect(claimed).toHaveLength(16);
      expect(rows[0]?.read).toBeLessThan(200);
    } finally {
      await close();
      await database.drop();
    }
  });

  test("is never given twice in forty simultaneous claims of as many operations", async () => {
    const workers = Array.from({ length: 40 }, (_, index) => `test-${index}`);
    const database = await createTestDatabase();
    const { db, close } = createDatabase({
      url: database.url,
      name: "t",
      max: 8,
      ...longTimeouts,
      log: quiet,
    });
    try {
      await addOperations(db, { count: 600, subscriptions: 300 });
      const claims = await Promise.all(workers.map((by) => claimDue(db, { by, limit: 20 })));
      const claimed = claims.flat();
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
      expect(claimed.length).toBeGreaterThanOrEqual(300);
      const { rows } = await db.execute<{ claimed: number }>(
        sql`select count(*)::int as claimed from operations where claimed_by is not null`,
      );
      expect(rows[0]?.claimed).toBe(claimed.length);
    } finally {
      await close();
      await database.drop();
    }
  });
});
