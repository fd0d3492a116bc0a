/** A real PostgreSQL that a fault can stop, kill and start again, with its data in a folder of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { appendFile, chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { processOptions } from "../../server/database/embedded/account.ts";
import { type Place, prepareDirectory } from "../../server/database/embedded/place.ts";
import { startEmbeddedPostgres } from "../../server/database/embedded/postgres.ts";
import { migrate } from "../../server/database/migrations/migrate.ts";
import { freePort } from "../support/ports.ts";

const template = "marketdesk";
const startTimeoutMs = 60_000;

/** How PostgreSQL ends: with a rollback, immediately, or by killing each of its processes. */
export type StopMode = "fast" | "immediate" | "kill";

export type Postgres = Awaited<ReturnType<typeof openPostgres>>;

/**
 * Starts PostgreSQL with a migrated database to copy. It ends with this process, even if that crashes.
 *
 * @param options.parent an existing folder for the data; default: a temporary one
 * @param options.settings of the server, over those that the embedded one has
 */
export async function openPostgres(options: { parent?: string; settings?: Record<string, string> } = {}) {
  const dataDir = await mkdtemp(join(options.parent ?? tmpdir(), "marketdesk-faults-"));
  // For root: the account that runs PostgreSQL must be able to enter it.
  await chmod(dataDir, 0o711);
  const first = await startEmbeddedPostgres({ dataDir, log: () => {} });
  const port = Number(new URL(first.url).port);
  await migrate(first.url);
  await first.stop();
  const installation = await prepareDirectory(dataDir, () => {});
  const settings: Record<string, string> = { ...options.settings };
  let child = await launch(installation, dataDir, port, settings);
  let standby: { child: ChildProcess; port: number } | null = null;
  /** The primary, which changes when a standby is promoted. */
  let primaryPort = port;
  const urlOf = (database: string, atPort = primaryPort) =>
    `postgres://marketdesk:${installation.password}@127.0.0.1:${atPort}/${database}`;

  async function ask<Row extends pg.QueryResultRow>(database: string, text: string, values: unknown[] = []) {
    const client = new pg.Client({ connectionString: urlOf(database) });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async function stop(ending: StopMode): Promise<void> {
    const ended = hasEnded(child);
    if (ending === "kill") for (const pid of await familyOf(child.pid)) endProcess(pid);
    else child.kill(ending === "fast" ? "SIGINT" : "SIGQUIT");
    if (!(await Promise.race([ended, sleep(8_000, false)]))) child.kill("SIGKILL");
    await ended;
  }

  async function start(): Promise<void> {
    child = await launch(installation, dataDir, port, settings);
  }

  return {
    port,
    urlOf,
    ask,
    stop,
    start,
    settings,
    dataDir,
    place: installation,
    /** Starts a synchronous standby on a copy of the data: from now on, a commit waits until the standby has it on disk. */
    async addStandby(): Promise<void> {
      await stop("fast");
      const home = join(dataDir, "standby");
      await mkdir(home, { mode: 0o700 });
      await promisify(execFile)("cp", ["-a", join(installation.home, "data"), join(home, "data")]);
      const address = `host=127.0.0.1 port=${port} user=marketdesk password=${installation.password} application_name=standby`;
      await appendFile(join(home, "data", "postgresql.auto.conf"), `primary_conninfo = '${address}'\n`);
      await writeFile(join(home, "data", "standby.signal"), "");
      if (installation.account) {
        for (const path of [home, join(home, "data", "standby.signal")])
          await chown(path, installation.account.uid, installation.account.gid);
      }
      await start();
      const standbyPort = await freePort();
      standby = { port: standbyPort, child: await launch({ ...installation, home }, dataDir, standbyPort, settings) };
      const streams = "select 1 from pg_stat_replication where application_name = 'standby' and state = 'streaming'";
      while ((await ask("postgres", streams)).length === 0) await sleep(20);
      await ask("postgres", "alter system set synchronous_standby_names = 'standby'");
      await ask("postgres", "select pg_reload_conf()");
      while ((await ask("postgres", `${streams} and sync_state = 'sync'`)).length === 0) await sleep(20);
    },
    /** Makes the standby the primary, once the other is stopped. @returns its port */
    async promote(): Promise<number> {
      if (!standby) throw new Error("there is no standby");
      ({ child, port: primaryPort } = standby);
      await ask("postgres", "select pg_promote()");
      return primaryPort;
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    /** A database of its own, copied from the migrated one. */
    async createDatabase(name: string): Promise<string> {
      await ask("postgres", `create database ${name} template ${template}`);
      return urlOf(name);
    },
    dropDatabase: (name: string) => ask("postgres", `drop database if exists ${name} with (force)`),
    /** When it took connections again, as `Date.now()`. */
    async whenAccepting(): Promise<number> {
      for (;;) {
        const isUp = await ask("postgres", "select 1").then(
          () => true,
          () => false,
        );
        if (isUp) return Date.now();
        await sleep(15);
      }
    },
    async close(): Promise<void> {
      if (standby && standby.child !== child) standby.child.kill("SIGQUIT");
      if (child.exitCode === null && child.signalCode === null) await stop("immediate");
      const pointer = await readFile(join(dataDir, "database-location.json"), "utf8").catch(() => null);
      if (pointer) await rm((JSON.parse(pointer) as { home: string }).home, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function launch(installation: Place, dataDir: string, port: number, settings: Record<string, string>) {
  const parameters: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "128MB",
    max_wal_size: "1GB",
    timezone: "UTC",
    ...settings,
  };
  const log = await open(join(dataDir, "faults.log"), "a", 0o600);
  const args = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  for (let attempt = 1; ; attempt += 1) {
    // A killed server's file names a process id that another process may have by now.
    await rm(join(installation.home, "data", "postmaster.pid"), { force: true });
    const child = spawn(
      join(installation.binaries.directory, "bin", "postgres"),
      ["-D", join(installation.home, "data"), ...args],
      {
        ...processOptions(installation.account),
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      },
    );
    endWithUs(child, installation);
    if (await isAccepting(child, installation, port)) {
      await log.close();
      return child;
    }
    // Shared memory of a killed server can be in use for a moment.
    if (attempt === 20) throw new Error(`PostgreSQL does not start again; its log is ${join(dataDir, "faults.log")}`);
    await sleep(250);
  }
}

async function isAccepting(child: ChildProcess, installation: Place, port: number): Promise<boolean> {
  const until = Date.now() + startTimeoutMs;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const lines = (await readFile(join(installation.home, "data", "postmaster.pid"), "utf8").catch(() => "")).split(
      "\n",
    );
    if (Number(lines[0]) === child.pid && lines[3] === String(port) && lines[7]?.trim() === "ready") return true;
    await sleep(10);
  }
  return false;
}

/** A shell that waits for the end of this process, even by a crash, and then stops PostgreSQL. */
function endWithUs(child: ChildProcess, { account }: Place): void {
  const watchdog = spawn("sh", ["-c", 'read _; kill -INT "$0"', String(child.pid)], {
    ...processOptions(account),
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.once("exit", () => watchdog.kill());
  watchdog.on("error", () => {});
  for (const handle of [child, watchdog, watchdog.stdin as unknown as { unref(): void }]) handle.unref();
}

function hasEnded(child: ChildProcess): Promise<true> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(true);
    else child.once("exit", () => resolve(true));
  });
}

/** A process and its children: for PostgreSQL, all backends. */
async function familyOf(pid: number | undefined): Promise<number[]> {
  if (pid === undefined) return [];
  const family = [pid];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) family.push(Number(name));
  }
  return family;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has already ended.
  }
}
