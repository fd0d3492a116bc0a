/** E: ready means that the app can serve, and a pooler that breaks it is refused at the start. */
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createDatabase } from "../../server/database/connection/database.ts";
import { prepareDatabase } from "../../server/database/migrations/migrate.ts";
import { refuseUnsuitablePostgres } from "../../server/database/migrations/required-postgres.ts";
import { advisoryLocks } from "../../server/database/statements/advisory-locks.ts";
import { listenForChanges } from "../../server/database/connection/change-listener.ts";
import { createReadiness } from "../../server/http/readiness.ts";
import { openLiveness } from "../../server/jobs/liveness.ts";
import { eventually, quiet, startTestApp, type TestApp } from "../support/app.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type PoolMode, startFakePooler } from "../support/fake-pooler.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

describe("E: a pooler", () => {
  const modes: [PoolMode["next"], number][] = [
    ["last-used", 1],
    ["last-used", 4],
    ["in-turn", 1],
    ["in-turn", 2],
    ["in-turn", 3],
    ["in-turn", 4],
  ];
  test.each(modes)("in transaction mode is refused at startup with a message (%s of %i)", async (next, size) => {
    const pooler = await startFakePooler(database.url, { mode: "transaction", size, next });
    closing.push(pooler.close);
    await expect(prepareDatabase(pooler.url)).rejects.toThrow(
      `DATABASE_URL is a connection pooler in transaction mode at 127.0.0.1:${new URL(pooler.url).port}. Marketdesk needs its own sessions for notifications, prepared statements and locks. Use the pooler's session mode, or PostgreSQL's own address.`,
    );
  });

  test("that is refused has the settings of its other users as before", async () => {
    const pooler = await startFakePooler(database.url, { mode: "transaction", size: 1, next: "last-used" });
    closing.push(pooler.close);
    const user = new pg.Client({ connectionString: pooler.url });
    await user.connect();
    closing.push(() => user.end());
    const settings = async () =>
      (
        await user.query(
          "select name, setting from pg_settings where source = 'session' and name not like '% %' order by 1",
        )
      ).rows;
    const before = await settings();
    await expect(prepareDatabase(pooler.url)).rejects.toThrow("in transaction mode");
    expect(await settings()).toEqual(before);
  });

  test("in session mode is accepted", async () => {
    const pooler = await startFakePooler(database.url, { mode: "session", size: 3, next: "in-turn" });
    closing.push(pooler.close);
    await prepareDatabase(pooler.url);
  });
});

describe("E: PostgreSQL", () => {
  test("without ICU is refused at startup with a message, also when there is nothing to migrate", async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    closing.push(() => owner.end());
    await prepareDatabase(database.url);
    await owner.query('alter collation pg_catalog."und-x-icu" rename to renamed');
    await expect(prepareDatabase(database.url)).rejects.toThrow(
      "DATABASE_URL is a PostgreSQL without ICU, which Marketdesk needs to sort names. Use a PostgreSQL that is built with ICU, such as the packages of postgresql.org.",
    );
    await owner.query('alter collation pg_catalog.renamed rename to "und-x-icu"');
    await prepareDatabase(database.url);
  });

  test.each(["SQL_ASCII", "LATIN1", "WIN1252"])(
    "in the encoding %s is refused at startup with a message",
    async (encoding) => {
      const owner = new pg.Client({ connectionString: database.url });
      await owner.connect();
      closing.push(() => owner.end());
      const name = `encoded_${encoding.toLowerCase()}_${Date.now()}`;
      await owner.query(`create database ${name} encoding '${encoding}' locale 'C' template template0`);
      const url = new URL(database.url);
      url.pathname = `/${name}`;
      await expect(prepareDatabase(url.href)).rejects.toThrow(`has the encoding ${encoding}, which cannot store names`);
      await owner.query(`drop database ${name} with (force)`);
    },
  );

  test("is migrated even if a statement takes longer than the database allows", async () => {
    const empty = await createTestDatabase("template0");
    closing.push(() => empty.drop());
    const owner = new pg.Client({ connectionString: empty.url });
    await owner.connect();
    closing.push(() => owner.end());
    await owner.query("select pg_advisory_lock($1)", [...advisoryLocks.migration]);
    const { pathname } = new URL(empty.url);
    const allowedMs = 2_000;
    await owner.query(`alter database ${pathname.slice(1)} set statement_timeout = ${allowedMs}`);
    const prepared = prepareDatabase(empty.url);
    await eventually(async () => {
      const { rows } = await owner.query<{ isLong: boolean | null }>(
        `select max(now() - query_start) > make_interval(secs => $1) as "isLong" from pg_stat_activity
          where datname = current_database() and wait_event = 'advisory'`,
        [(allowedMs + 500) / 1_000],
      );
      return rows[0]?.isLong === true;
    }, 30_000);
    await owner.query("select pg_advisory_unlock($1)", [...advisoryLocks.migration]);
    await prepared;
  });

  test.each([
    [150_000, "accepted"],
    [140_022, "DATABASE_URL is a PostgreSQL 14; Marketdesk needs version 15 or newer."],
    [90_624, "DATABASE_URL is a PostgreSQL 9; Marketdesk needs version 15 or newer."],
  ])("of version %i is %s", async (version, answer) => {
    const client = {
      query: async (text: string) =>
        text.startsWith("show")
          ? { rows: [{ server_version_num: String(version), server_encoding: "UTF8" }] }
          : { rows: [{}], rowCount: 1 },
    };
    const said = refuseUnsuitablePostgres(client as unknown as pg.Client).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(await said).toBe(answer);
  });
});

describe("E: /readyz", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app?.stop());

  const ready = async () => {
    const answer = await fetch(`${app.url}/readyz`);
    return `${answer.status} ${await answer.text()}`;
  };

  test("is not ready on a read-only database, and ready again when it is writable", async () => {
    expect(await ready()).toBe("200 ready");
    const owner = new pg.Client({ connectionString: app.databaseUrl });
    await owner.connect();
    closing.push(() => owner.end());
    await owner.query("set default_transaction_read_only = off");
    const name = new URL(app.databaseUrl).pathname.slice(1);
    const change = async (setting: string) => {
      await owner.query(`alter database ${name} ${setting}`);
      await owner.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'marketdesk%'",
      );
    };
    await change("set default_transaction_read_only = on");
    await eventually(async () => (await ready()) === "503 not ready: the database is read-only");
    await change("reset default_transaction_read_only");
    await eventually(async () => (await ready()) === "200 ready");
  });

  test("is not ready when a row cannot be written", async () => {
    await app.db.execute(sql`alter table instances add constraint refused check (false) not valid`);
    await eventually(
      async () => (await ready()) === "503 not ready: the database does not respond, or accepts no changes",
    );
    await app.db.execute(sql`alter table instances drop constraint refused`);
    await eventually(async () => (await ready()) === "200 ready");
  });
});

describe("E: /readyz while another session", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await app.db.execute(sql`insert into instances (name, proved_at) values ('gone', now() - interval '2 days')`);
  });
  afterAll(() => app?.stop());

  test.each([
    ["has locked the instance's row", "name <> 'gone'"],
    ["has locked a row that is to be deleted", "name = 'gone'"],
    ["has locked all rows", "true"],
  ])("%s: ready", async (_, rows) => {
    const other = new pg.Client({ connectionString: app.databaseUrl });
    await other.connect();
    closing.push(() => other.end());
    await other.query(`begin; select from instances where ${rows} for update`);
    const until = performance.now() + 2_500;
    // A proof is valid for a second, so these are several.
    while (performance.now() < until) {
      const answer = await fetch(`${app.url}/readyz`);
      expect(`${answer.status} ${await answer.text()}`).toBe("200 ready");
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await other.query("rollback");
  });
});

describe("E: a database with defaults of its own", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await app.db.execute(sql`create schema elsewhere`);
    await app.db.execute(sql`create table elsewhere.subscriptions (id text)`);
    await app.db.execute(sql`grant usage on schema elsewhere to public`);
  });
  afterAll(() => app?.stop());

  test.each([
    ["dates", "datestyle", "'SQL, DMY'"],
    ["bytes", "bytea_output", "escape"],
    ["decimals", "extra_float_digits", "-15"],
    ["isolation", "default_transaction_isolation", "serializable"],
    ["the time zone", "timezone", "'Asia/Kathmandu'"],
    ["where tables are found", "search_path", "elsewhere"],
    ["what a backslash means", "standard_conforming_strings", "off"],
    ["waiting for locks", "lock_timeout", "1"],
    ["idle transactions", "idle_in_transaction_session_timeout", "1"],
  ])("for %s works as any other", async (_, setting, value) => {
    const name = new URL(app.databaseUrl).pathname.slice(1);
    await app.db.execute(sql.raw(`alter database ${name} set ${setting} = ${value}`));
    onTestFinished(async () => {
      await app.db.execute(sql.raw(`alter database ${name} reset ${setting}`));
    });
    await app.restart();
    const own = { max: 2, statementTimeoutMs: 5_000, log: quiet };
    const connection = createDatabase({ url: app.databaseUrl, name: "fresh", ...own });
    closing.push(connection.close);
    const id = await app.buyActive();
    await app.control(`subscriptions/${id}/suspend`, {});
    await eventually(async () => (await app.record(id))?.status === "Suspended");
    const desk = app.as("viewer", { db: connection.db });
    expect(await desk.subscriptions.get({ id })).toMatchObject({ status: "Suspended" });
    expect((await desk.subscriptions.list({})).rows.map((row) => row.id)).toContain(id);
    const read = await connection.db.execute(
      sql`select current_setting('datestyle') as dates, '\\x00ff'::bytea as bytes, (0.1::float8 + 0.2::float8)::text as decimal,
        current_setting('transaction_isolation') as isolation, current_setting('lock_timeout') as lock, '\\d' as backslash,
        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('idle_session_timeout') as idle_session,
        '2026-11-29T12:00:00Z'::timestamptz::text as instant`,
    );
    expect(read.rows).toEqual([
      {
        dates: "ISO, MDY",
        bytes: Buffer.from([0, 255]),
        decimal: "0.30000000000000004",
        isolation: "read committed",
        lock: "0",
        backslash: "\\d",
        idle: "20s",
        idle_session: "0",
        instant: "2026-11-29 12:00:00+00",
      },
    ]);
  });
});

describe("E: the proof of readiness", () => {
  async function parts(listenUrl: string) {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    pool.on("error", () => {});
    closing.push(() => pool.end());
    const changes = await listenForChanges({ url: listenUrl, log: quiet });
    closing.push(changes.stop);
    const liveness = await openLiveness({ url: database.url, onLost: () => {} });
    closing.push(liveness.close);
    await liveness.prove("worker");
    return { pool, changes };
  }

  test("repeatedly uses a lock, a prepared statement and a notification on the same connections", async () => {
    const { pool, changes } = await parts(database.url);
    for (let round = 0; round < 3; round += 1) {
      const readiness = createReadiness({ pool, instance: "one", changes, workerId: () => "worker" });
      expect(await readiness.problem()).toBeNull();
    }
    expect((await pool.query("select name from instances")).rows).toEqual([{ name: "one" }]);
  });

  test("fails without the lock", async () => {
    const { pool, changes } = await parts(database.url);
    const readiness = createReadiness({ pool, instance: "one", changes, workerId: () => "another worker" });
    expect(await readiness.problem()).toBe("its workers hold no lock in the database");
  });

  test("waits at the start for workers that are slow to connect, longer than for a database that cannot be used", async () => {
    const { pool, changes } = await parts(database.url);
    let by: string | null = null;
    const readiness = createReadiness({ pool, instance: "one", changes, workerId: () => by });
    expect(await readiness.problem()).toBe("its workers are not running");
    const clock = vi.spyOn(performance, "now");
    onTestFinished(() => clock.mockRestore());
    const begun = readiness.begin();
    clock.mockReturnValue(performance.now() + 30_000);
    by = "worker";
    expect(await begun).toBeNull();
  });

  test("fails if the database's notifications do not arrive", async () => {
    const pooler = await startFakePooler(database.url, { mode: "transaction", size: 2, next: "last-used" });
    closing.push(pooler.close);
    const { pool, changes } = await parts(pooler.url);
    const readiness = createReadiness({ pool, instance: "one", changes, workerId: () => "worker" });
    expect(await readiness.problem()).toBe("it does not receive the database's notifications");
  });

  test("is made once for simultaneous requests, and not again within a second", async () => {
    const { pool, changes } = await parts(database.url);
    let statements = 0;
    const counting = { query: (...args: Parameters<pg.Pool["query"]>) => ((statements += 1), pool.query(...args)) };
    const readiness = createReadiness({
      pool: counting as unknown as pg.Pool,
      instance: "one",
      changes,
      workerId: () => "worker",
    });
    expect(await Promise.all(Array.from({ length: 50 }, () => readiness.problem()))).toEqual(
      Array.from({ length: 50 }, () => null),
    );
    await readiness.problem();
    expect(statements).toBe(1);
  });
});
