import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedPostgres, startExistingPostgres } from "../../server/database/embedded/postgres.ts";
import type { EmbeddedPostgres } from "../../server/database/embedded/postgres.ts";
import { describeLostCommits } from "../../server/database/migrations/required-postgres.ts";
import { removeData } from "../support/global-database.ts";

const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];
/** A stopped database, to be copied: making one takes a second. */
let made: string;

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), "marketdesk-embedded-"));
  await chmod(made, 0o711);
  await (await startEmbeddedPostgres({ dataDir: made, log: () => {} })).stop();
});
afterAll(() => removeData(made));

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(folders.splice(0).map(removeData));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "marketdesk-embedded-"));
  await chmod(folder, 0o711);
  folders.push(folder);
  return folder;
}

test("a command on existing data creates no database", async () => {
  const folder = await newFolder();
  for (const dataDir of [folder, join(folder, "missing")])
    await expect(startExistingPostgres({ dataDir, log: () => {} })).rejects.toThrow(
      `There is no database in ${dataDir}. Set DATABASE_URL or DATA_DIR as for the app.`,
    );
  expect(await readdir(folder)).toEqual([]);
  const server = await startExistingPostgres({ dataDir: await newDatabase(), log: () => {} });
  servers.push(server);
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

async function newDatabase(): Promise<string> {
  const folder = await newFolder();
  // Not fs.cp: it does not keep owners.
  await promisify(execFile)("cp", ["-a", `${made}/.`, folder]);
  return folder;
}

async function start(dataDir: string, lines: string[] = []): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
  servers.push(server);
  return server;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function home(dataDir: string): Promise<string> {
  const pointer = await readFile(join(dataDir, "database-location.json"), "utf8").catch(() => null);
  return pointer ? (JSON.parse(pointer) as { home: string }).home : join(dataDir, "postgres");
}

async function postmaster(dataDir: string): Promise<number> {
  return Number((await readFile(join(await home(dataDir), "data", "postmaster.pid"), "utf8")).split("\n")[0]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function until(condition: () => boolean | Promise<boolean>, ms = 8_000): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) {
    if (await condition()) return true;
  }
  return false;
}

/** A Marketdesk of its own process, to be killed. */
async function startApart(dataDir: string) {
  const module = new URL("../../server/database/embedded/postgres.ts", import.meta.url).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const { url } = await startEmbeddedPostgres({ dataDir: process.argv[1], log: () => {} });
    process.stdout.write(url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: url.toString() };
}

describe("startEmbeddedPostgres", () => {
  test("creates a durable UTF-8 database, stops it, and finds its rows at the next start", async () => {
    const dataDir = await newFolder();
    const first = await start(dataDir);
    await ask(first.url, "create extension pg_trgm; create table seats (n int); insert into seats values (5)");
    expect(
      await ask(
        first.url,
        `select current_setting('server_version_num')::int / 10000 as major, current_setting('server_encoding') as encoding,
          current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
          current_setting('data_checksums') as checksums, current_setting('listen_addresses') as addresses`,
      ),
    ).toEqual([{ major: 18, encoding: "UTF8", fsync: "on", commit: "on", checksums: "on", addresses: "127.0.0.1" }]);
    const pid = await postmaster(dataDir);
    await first.stop();
    expect(isRunning(pid)).toBe(false);
    const second = await start(dataDir);
    expect(await ask(second.url, "select n from seats")).toEqual([{ n: 5 }]);
  });

  test("waits for its disk, and a database that does not is reported at startup", async () => {
    const { url } = await start(await newDatabase());
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const warnings = [];
    for (const value of ["on", "local", "off"]) {
      await client.query(`set synchronous_commit = ${value}`);
      warnings.push(await describeLostCommits(client));
    }
    await client.end();
    expect(warnings).toEqual([
      null,
      null,
      expect.stringMatching(/^PostgreSQL runs with synchronous_commit turned off\./),
    ]);
  });

  test("admits no one without the password, and keeps password and log readable by their owner only", async () => {
    const dataDir = await newDatabase();
    const { url } = await start(dataDir);
    const stranger = new URL(url);
    stranger.password = "guess";
    await expect(ask(stranger.href, "select 1")).rejects.toThrow("password authentication failed");
    for (const name of ["postgres-password", "postgres.log"]) {
      expect((await stat(join(dataDir, name))).mode & 0o077).toBe(0);
    }
    expect((await stat(await home(dataDir))).mode & 0o077).toBe(0);
    expect((await readdir(await home(dataDir))).toSorted()).toEqual(["data"]);
  });

  test("C7 (82): writes nothing of a failed statement to its log", async () => {
    const dataDir = await newDatabase();
    const { url } = await start(dataDir);
    const canary = "ada.moreau@fabrikam.example";
    await ask(url, "create table people (email text primary key, age int check (age > 0))");
    await ask(url, `insert into people values ('${canary}', 1)`);
    for (const statement of [
      `insert into people values ('${canary}', 1)`,
      `insert into people values ('${canary}.org', -1)`,
      `select '${canary}'::uuid`,
      `select syntax error '${canary}'`,
      `do $$ begin raise exception 'for %', '${canary}'; end $$`,
    ]) {
      await expect(ask(url, statement)).rejects.toThrow();
    }
    const log = await readFile(join(dataDir, "postgres.log"), "utf8");
    expect(log).toContain("ready to accept connections");
    expect(log).not.toContain("fabrikam");
  });

  test("runs in two folders at the same time", async () => {
    const [one, two] = await Promise.all([start(await newDatabase()), start(await newDatabase())]);
    expect(new URL(one.url).port).not.toBe(new URL(two.url).port);
    expect(await ask(one.url, "select 1 as n")).toEqual(await ask(two.url, "select 1 as n"));
  });

  test("refuses a folder that another running Marketdesk uses, with a message", async () => {
    const dataDir = await newDatabase();
    await start(dataDir);
    await expect(start(dataDir)).rejects.toThrow(
      `Another Marketdesk (process ${process.pid}) uses ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  });

  test("lets one of several simultaneous starts take over the folder of a dead process", async () => {
    const dataDir = await newDatabase();
    await writeFile(join(dataDir, "marketdesk.lock"), JSON.stringify({ pid: 999_999_999, startedAt: "1" }));
    const results = await Promise.allSettled([start(dataDir), start(dataDir), start(dataDir)]);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("stops PostgreSQL when the app is killed", async () => {
    const dataDir = await newDatabase();
    const { child } = await startApart(dataDir);
    const pid = await postmaster(dataDir);
    child.kill("SIGKILL");
    expect(await until(() => !isRunning(pid))).toBe(true);
  });

  test("replaces a PostgreSQL that a killed app left running, and keeps all committed rows", async () => {
    const dataDir = await newDatabase();
    const { child, url } = await startApart(dataDir);
    await ask(url, "create table seats (n int); insert into seats values (7)");
    const pid = await postmaster(dataDir);
    // Hold it up, so that it is still there at the next start.
    process.kill(pid, "SIGSTOP");
    child.kill("SIGKILL");
    await once(child, "exit");
    const lines: string[] = [];
    const starting = start(dataDir, lines);
    const isFound = () => lines.join().includes("the PostgreSQL of an earlier run");
    expect(await until(isFound)).toBe(true);
    process.kill(pid, "SIGCONT");
    expect(await ask((await starting).url, "select n from seats")).toEqual([{ n: 7 }]);
    expect(await until(() => !isRunning(pid))).toBe(true);
  });

  test("starts despite an outdated lock that names another process", async () => {
    const dataDir = await newDatabase();
    const mark = `${process.pid}\n${join(await home(dataDir), "data")}\n1\n5432\n\n127.0.0.1\n  0  0\nready\n`;
    await writeFile(join(await home(dataDir), "data", "postmaster.pid"), mark);
    expect(await ask((await start(dataDir)).url, "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("restarts PostgreSQL on the same port when it dies", async () => {
    const dataDir = await newDatabase();
    const { url } = await start(dataDir);
    process.kill(await postmaster(dataDir), "SIGKILL");
    const isBack = () =>
      ask(url, "select 1").then(
        () => true,
        () => false,
      );
    expect(await until(isBack, 15_000)).toBe(true);
  });

  test("names the version that created a database that it cannot open", async () => {
    const dataDir = await newDatabase();
    await writeFile(join(await home(dataDir), "data", "PG_VERSION"), "16\n");
    await expect(start(dataDir)).rejects.toThrow(
      "was created by PostgreSQL 16, but this Marketdesk contains PostgreSQL 18",
    );
  });

  test("quotes PostgreSQL's own message if it does not start", async () => {
    const dataDir = await newDatabase();
    await writeFile(join(await home(dataDir), "data", "postgresql.conf"), "no_such_setting = 1\n");
    await expect(start(dataDir)).rejects.toThrow(/did not start on port \d+: .*no_such_setting/);
  });

  test("says that DATA_DIR cannot be created", async () => {
    const file = join(await newFolder(), "a-file");
    await writeFile(file, "");
    await expect(start(join(file, "data"))).rejects.toThrow(
      `DATA_DIR is ${join(file, "data")}, which cannot be written to (ENOTDIR)`,
    );
  });

  test.runIf(process.getuid?.() === 0)("runs for root in a folder that no other account can access", async () => {
    const closed = await newFolder();
    const dataDir = join(closed, "inner", ".data");
    await mkdir(dataDir, { recursive: true });
    await chmod(closed, 0o700);
    folders.unshift(dataDir);
    const lines: string[] = [];
    const first = await start(dataDir, lines);
    await ask(first.url, "create table seats (n int); insert into seats values (9)");
    await first.stop();
    expect(await ask((await start(dataDir)).url, "select n from seats")).toEqual([{ n: 9 }]);
    expect(lines.join()).toContain(`cannot enter ${dataDir}`);
  });
});
