/** C4 (84): the app runs with a role that owns nothing, and cannot change what is on record. */
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { prepareDatabase } from "../../server/database/migrations/migrate.ts";
import { firstIdAt } from "../../server/database/statements/keyset.ts";
import { createTestDatabase, type TestDatabase, longTimeouts } from "../support/database.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { runCommand } from "../support/command.ts";

async function ask<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results = await client.query<Row>(text, values.length > 0 ? values : undefined);
    return (Array.isArray(results) ? (results as pg.QueryResult<Row>[]).at(-1)?.rows : results.rows) ?? [];
  } finally {
    await client.end();
  }
}

async function reason(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "accepted",
    (error: Error) => error.message,
  );
}

async function insertDelivery(url: string, id: string): Promise<void> {
  const text = "insert into webhook_deliveries select (jsonb_populate_record(null::webhook_deliveries, $1)).*";
  const facts = { body: "\\x7b7d", body_sha256: id, headers: {}, outcome: "accepted", duplicates: 0 };
  await ask(url, text, [JSON.stringify({ id, received_at: new Date(), ...facts })]);
}

/** `npm run migrate` as a person runs it. */
const runMigrate = (url: string, ...args: string[]) => runCommand("migrate", args, { NODE_ENV: "", DATABASE_URL: url });

describe("C4 (84): the app's role", () => {
  let app: TestApp;
  let database: TestDatabase;
  beforeAll(async () => {
    app = await startTestApp();
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await app?.stop();
    await database?.drop();
  });

  test("can run the app: a purchase, a webhook, changes by staff, reconciliation, jobs and retention", async () => {
    const connected = await app.db.execute<{ role: string; isSuper: boolean }>(
      sql`select distinct usename as role, usesuper as "isSuper" from pg_stat_activity join pg_user using (usename)
        where datname = current_database() and application_name in ('marketdesk desk', 'marketdesk jobs', 'marketdesk changes', 'marketdesk settling')`,
    );
    expect(connected.rows).toEqual([{ role: inject("testServer").appRole.name, isSuper: false }]);
    const id = await app.buyActive();
    await app.as("operator").subscriptions.changeQuantity({ subscriptionId: id, quantity: 9, reason: "They grow" });
    await eventually(async () => (await app.record(id))?.quantity === 9);
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.status === "Suspended");
    await app.as("operator").reconcile.start();
    await eventually(async () => (await app.as("viewer").reconcile.runs()).every((run) => run.finishedAt !== null));
    await app.db.execute(
      sql`select graphile_worker.add_job(name, '{}'::json) from unnest(array['keep-figures', 'check-counts', 'keep-retention', 'verify-record', 'expire-cancellations']) name`,
    );
    await eventually(
      async () =>
        (await app.db.execute(sql`select 1 from graphile_worker._private_jobs where run_at <= now()`)).rows.length ===
        0,
    );
    const failed = await app.db.execute(
      sql`select last_error from graphile_worker._private_jobs where last_error is not null`,
    );
    expect(failed.rows).toEqual([]);
  });

  test.each([
    "activity",
    "activity_chain",
    "activity_streams",
    "webhook_deliveries",
    "operation_steps",
    "subscription_notes",
    "erased_entries",
  ])("cannot update, delete or truncate %s", async (table) => {
    const column =
      table === "activity_streams"
        ? "name"
        : table === "activity_chain"
          ? "hash"
          : table === "erased_entries"
            ? "activity_id"
            : "id";
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      expect(await reason(ask(database.appUrl, statement))).toBe(`permission denied for table ${table}`);
    }
  });

  test("cannot change tables, functions or rights", async () => {
    for (const statement of [
      "create table mine (id int)",
      "alter table activity disable trigger all",
      "drop table sessions",
      "create index mine on sessions (id)",
      "create or replace function chain_new_activity() returns trigger language plpgsql as $$ begin return null; end $$",
      "create schema mine",
      "alter function refuse_change() rename to mine",
      "set session_replication_role = replica",
      "insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9999999999999)",
    ]) {
      expect(await reason(ask(database.appUrl, statement))).toMatch(/^(permission denied|must be owner)/);
    }
  });

  test("cannot replace the audit trail with a temporary table of its own", async () => {
    const linked = await ask<{ temporary: string; real: string }>(
      database.appUrl,
      `begin;
        create temp table activity_chain (like public.activity_chain);
        insert into public.activity (id, at, actor_kind, actor_name, kind, summary, source)
          select gen_random_uuid(), now(), 'system', 'Test', 'test', 'test', (enum_range(null::activity_source))[1];
        commit;
        select (select count(*) from pg_temp.activity_chain) as temporary, (select count(*) from public.activity_chain) as real`,
    );
    expect(linked).toEqual([{ temporary: "0", real: "1" }]);
  });

  test("cannot reach PostgreSQL's own tables through the function that erases a person", async () => {
    const erase = `select erase_from_row('pg_authid', '{"rolname": "postgres"}', '{"rolsuper": true}')`;
    expect(await reason(ask(database.appUrl, erase))).toBe('relation "public.pg_authid" does not exist');
  });

  test("can delete raw copies only through the function that keeps recent ones", async () => {
    const insert = (daysAgo: number) => insertDelivery(database.url, firstIdAt(Date.now() - daysAgo * 86_400_000));
    await insert(200);
    await insert(10);
    const remove = (daysAgo: number) =>
      ask<{ removed: number }>(database.appUrl, "select remove_old_copies('deliveries', $1, 10) as removed", [
        firstIdAt(Date.now() - daysAgo * 86_400_000),
      ]);
    expect(await remove(100)).toEqual([{ removed: 1 }]);
    expect(await reason(remove(1))).toContain("append-only");
    expect(await ask(database.url, "select 1 from webhook_deliveries")).toHaveLength(1);
  });
});

describe("retention at its minimum", () => {
  const dayMs = 86_400_000;
  /** The day of the year, without a leap day, as PostgreSQL's rules of time zones count. */
  function dayOfYear(daysAgo: number): number {
    const at = new Date(Date.now() - daysAgo * dayMs);
    return (Date.UTC(2001, at.getUTCMonth(), at.getUTCDate()) - Date.UTC(2001, 0, 1)) / dayMs + 1;
  }

  test("is not refused by the clock or the time zone of the database", async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    // Summer time ended 10 days ago, so 90 days are an hour longer than 90 times 24 hours.
    const zone = `WINTER0SUMMER-1,J${dayOfYear(150)}/0,J${dayOfYear(10)}/0`;
    const name = new URL(database.url).pathname.slice(1);
    await ask(database.url, `alter database ${name} set timezone = '${zone}'`);
    const isLonger = "select now() - interval '90 days' < now() - interval '2160 hours' as is_longer";
    expect(await ask(database.appUrl, isLonger)).toEqual([{ is_longer: true }]);

    const appNow = Date.now() + 5_000;
    const cutoff = new Date(appNow - 90 * dayMs);
    await insertDelivery(database.url, firstIdAt(cutoff.getTime() - 1));
    const removeUsage = (before: Date) =>
      ask<{ removed: number }>(database.appUrl, "select removed from remove_old_usage($1, 10)", [before]);
    expect(await removeUsage(cutoff)).toEqual([{ removed: 0 }]);
    expect(await reason(removeUsage(new Date(cutoff.getTime() + 2 * 3_600_000)))).toContain("kept for 90 days");
    const removed = await ask(database.appUrl, "select remove_old_copies('deliveries', $1, 10) as removed", [
      firstIdAt(cutoff.getTime()),
    ]);
    expect(removed).toEqual([{ removed: 1 }]);

    const { db, close } = createDatabase({
      url: database.appUrl,
      name: "test",
      max: 1,
      ...longTimeouts,
      log: quiet,
    });
    onTestFinished(close);
    expect((await db.execute(sql`show timezone`)).rows).toEqual([{ TimeZone: "UTC" }]);
  });
});

describe("C4 (84): the database schema", () => {
  const roles: string[] = [];
  const databases: TestDatabase[] = [];
  afterEach(async () => {
    for (const { drop } of databases.splice(0)) await drop();
    for (const role of roles.splice(0)) await ask(inject("testServer").url, `drop role ${role}`);
  });

  async function newDatabase(): Promise<TestDatabase> {
    const database = await createTestDatabase();
    databases.push(database);
    return database;
  }

  /** A role that may log in and nothing else. */
  async function newRole(url: string): Promise<{ name: string; url: string }> {
    const name = `marketdesk_role_${randomBytes(4).toString("hex")}`;
    const password = randomBytes(12).toString("hex");
    await ask(url, `create role ${name} login password '${password}'`);
    roles.push(name);
    const address = new URL(url);
    address.username = name;
    address.password = password;
    return { name, url: address.href };
  }

  test("is migrated by a command, which also grants rights to a role", async () => {
    const { url } = await newDatabase();
    const role = await newRole(url);
    expect(await reason(prepareDatabase(role.url))).toContain(
      `Run "npm run migrate -- --grant ${role.name}", or in a container "node dist/server/migrate.js --grant ${role.name}", with`,
    );
    expect(await runMigrate(url, "--grant", role.name)).toEqual({
      code: 0,
      output: `The database is already up to date.\nThe role "${role.name}" has the permissions that the app needs.\n`,
    });
    expect(await reason(prepareDatabase(role.url))).toBe("accepted");
  });

  test("that is outdated is reported at startup to a role that cannot migrate, and migrated by the owner", async () => {
    const { url, appUrl } = await newDatabase();
    await ask(
      url,
      "delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)",
    );
    expect(await reason(prepareDatabase(appUrl))).toMatch(
      /^The database lacks a migration of this version \(\d{4}_\w+\), and the role "marketdesk_app_\w+" may not apply them\. Run "npm run migrate -- --grant marketdesk_app_\w+", or in a container "node dist\/server\/migrate\.js --grant marketdesk_app_\w+", with the DATABASE_URL of the role that owns the tables\.$/,
    );
    expect((await runMigrate(appUrl)).output).toContain("may not apply them");
  });

  test("of a version before the first release is refused, and nothing in it changes", async () => {
    const { url } = await newDatabase();
    await ask(url, "update drizzle.__drizzle_migrations set created_at = id");
    expect(await reason(prepareDatabase(url))).toMatch(/created by a version before the first release.*CHANGELOG\.md/);
    expect(await runMigrate(url)).toMatchObject({ code: 1, output: expect.stringContaining("Use an empty database") });
    expect(await ask(url, "select from drizzle.__drizzle_migrations where created_at <> id")).toEqual([]);
  });

  test("that is empty is reported to a role that cannot create it, and created by the owner at startup", async () => {
    const { url } = await newDatabase();
    const role = await newRole(url);
    await ask(
      url,
      "drop schema public cascade; drop schema drizzle cascade; drop schema graphile_worker cascade; create schema public",
    );
    expect(await reason(prepareDatabase(role.url))).toMatch(
      /^The database lacks (a migration|\d+ migrations) of this version/,
    );
    await prepareDatabase(url);
    const analyzed =
      "select last_analyze is not null as is_analyzed from pg_stat_user_tables where relname = 'subscriptions'";
    expect(await ask(url, analyzed)).toEqual([{ is_analyzed: true }]);
    expect((await runMigrate(url, "--grant", role.name)).code).toBe(0);
    expect(await reason(prepareDatabase(role.url))).toBe("accepted");
  });

  test("grants rights on new tables to roles that have them, and none on tables of others", async () => {
    const { url } = await newDatabase();
    const role = await newRole(url);
    await runMigrate(url, "--grant", role.name);
    await ask(url, `revoke all on instances from ${role.name}; create table of_another_program (id int)`);
    expect(await reason(prepareDatabase(role.url))).toContain("DELETE on instances");
    await runMigrate(url);
    expect(await reason(prepareDatabase(role.url))).toBe("accepted");
    expect(await reason(ask(role.url, "select from of_another_program"))).toContain("permission denied");
  });

  test("revokes rights that the app does not need", async () => {
    const { url } = await newDatabase();
    const role = await newRole(url);
    await ask(url, `grant all on activity to ${role.name}; grant create on schema public to ${role.name}`);
    await runMigrate(url, "--grant", role.name);
    expect(await reason(ask(role.url, "delete from activity"))).toBe("permission denied for table activity");
    expect(await reason(ask(role.url, "create table mine (id int)"))).toContain("permission denied for schema public");
  });

  test("is not used with roles that rights cannot limit, and the message says why", async () => {
    const { url } = await newDatabase();
    expect((await runMigrate(url, "--grant", new URL(url).username)).output).toMatch(/is a superuser|owns the tables/);
    expect((await runMigrate(url, "--grant", "nobody_such")).output).toContain('There is no role "nobody_such"');
    expect((await runMigrate("", "--grant", "x")).output).toContain("DATABASE_URL must be set");
  });
});
