/** A real PostgreSQL next to the app, for those who have none. Its programs come with `npm ci`. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { chown, open, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { processOptions, runAs } from "./account.ts";
import { prepareDataDir } from "./data-dir.ts";
import { stopLeftover, takeDataDir } from "./owner.ts";
import type { Place } from "./place.ts";
import { locationFile, prepareDirectory } from "./place.ts";

export type EmbeddedPostgres = {
  /** The address of the database `marketdesk`, with its password. */
  url: string;
  /** Closes all connections and stops within 8 s. Can be called again. */
  stop(): Promise<void>;
};

const role = "marketdesk";
const startTimeoutMs = 60_000;

/**
 * Starts PostgreSQL 18 on 127.0.0.1 with its data in `dataDir`, created if missing. For root it runs as another
 * account; it stops when this process is killed. Throws sentences, with the end of PostgreSQL's log if it concerns
 * PostgreSQL.
 * @param options.dataDir an absolute path
 * @param options.port default: any free port
 * @param options.maxConnections default: enough for one app and some tools
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: (line: string) => void;
  port?: number;
  maxConnections?: number;
}): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  await prepareDataDir(dataDir);
  const releaseDataDir = await takeDataDir(dataDir);
  try {
    const place = await prepareDirectory(dataDir, log);
    const data = join(place.home, "data");
    if (await stat(data).catch(() => null)) await refuseOtherMajor(data, place);
    else await initialize(place, log);
    await stopLeftover(data, log);
    const server = await restartOnFailure(place, { maxConnections: 200, ...options });
    const stop = () => server.stop().finally(releaseDataDir);
    return { url: server.url, stop };
  } catch (error) {
    await releaseDataDir();
    throw error;
  }
}

/**
 * Starts a database that the app has created, for commands that work on its data: an empty one would only mislead.
 * Creates nothing if there is none. Throws sentences.
 */
export async function startExistingPostgres(
  options: Parameters<typeof startEmbeddedPostgres>[0],
): Promise<EmbeddedPostgres> {
  const traces = [join("postgres", "data"), locationFile].map((name) => join(options.dataDir, name));
  const found = await Promise.all(traces.map((path) => stat(path).catch(() => null)));
  if (found.every((one) => one === null))
    throw new Error(`There is no database in ${options.dataDir}. Set DATABASE_URL or DATA_DIR as for the app.`);
  return startEmbeddedPostgres(options);
}

async function refuseOtherMajor(data: string, { binaries }: Place): Promise<void> {
  const major = (await readFile(join(data, "PG_VERSION"), "utf8")).trim();
  if (major === binaries.major) return;
  throw new Error(
    `The database in ${data} was created by PostgreSQL ${major}, but this Marketdesk contains PostgreSQL ${binaries.major}. ` +
      "Move its content with pg_dump, or set DATA_DIR to a new folder.",
  );
}

/** Initializes a folder with another name first, so that a killed start leaves no half-made database. */
async function initialize({ account, binaries, home, password }: Place, log: (line: string) => void): Promise<void> {
  log("Creating a new database.");
  for (const name of await readdir(home)) {
    if (name.startsWith("new-")) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
  const unfinished = join(home, `new-${process.pid}`);
  const passwordFile = join(home, `new-${process.pid}-password`);
  await writeFile(passwordFile, password, { mode: 0o600, flag: "wx" });
  if (account) await chown(passwordFile, account.uid, account.gid);
  const result = await runAs(account, join(binaries.directory, "bin", "initdb"), [
    `--pgdata=${unfinished}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  await rm(passwordFile, { force: true });
  if (!result.isOk) throw new Error(`PostgreSQL could not create a database in ${home}: ${lastLines(result.output)}`);
  await rename(unfinished, join(home, "data"));
}

type Supervised = { url: string; stop(): Promise<void> };

/** Starts the server, and restarts it on the same port if it stops on its own. */
async function restartOnFailure(
  place: Place,
  options: LaunchOptions & { log: (line: string) => void; port?: number },
): Promise<Supervised> {
  let isStopping = false;
  let running = await launch(place, options, options.port);
  const port = running.port;
  const watch = () => {
    running.child.once("exit", () => {
      if (!isStopping) void restart();
    });
  };
  const restart = async () => {
    options.log("PostgreSQL stopped unexpectedly. Restarting it.");
    for (let attempt = 1; !isStopping; attempt += 1) {
      try {
        await stopLeftover(join(place.home, "data"), options.log);
        running = await launch(place, options, port);
        if (isStopping) await halt(running.child);
        else watch();
        return;
      } catch (error) {
        options.log(error instanceof Error ? error.message : String(error));
        await sleep(Math.min(200 * 2 ** attempt, 5_000));
      }
    }
  };
  watch();
  const url = `postgres://${role}:${place.password}@127.0.0.1:${port}/${role}`;
  const stop = async () => {
    isStopping = true;
    running.watchdog.kill();
    await halt(running.child);
  };
  return { url, stop };
}

type LaunchOptions = { dataDir: string; maxConnections: number };
type Running = { child: ChildProcess; watchdog: ChildProcess; port: number };

async function launch(place: Place, options: LaunchOptions, fixedPort: number | undefined): Promise<Running> {
  const { dataDir, maxConnections } = options;
  const logFile = join(dataDir, "postgres.log");
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await freePort());
    const child = await spawnServer(place, logFile, { port, maxConnections });
    const watchdog = watch(child, place);
    try {
      await waitUntilReady(child, place, port);
      return { child, watchdog, port };
    } catch (error) {
      watchdog.kill();
      await halt(child);
      const text = await readFile(logFile, "utf8").catch(() => "");
      // Another program took the port, or the shared memory of a killed server still exists.
      const isRetryable = /Address already in use|pre-existing shared memory/.test(text);
      if (!isRetryable || attempt === 5) {
        const words = text ? lastLines(text) : String(error);
        throw new Error(`PostgreSQL did not start on port ${port}: ${words} (log: ${logFile})`, { cause: error });
      }
      await sleep(300);
    }
  }
}

async function spawnServer(
  { account, binaries, home }: Place,
  logFile: string,
  chosen: { port: number; maxConnections: number },
): Promise<ChildProcess> {
  await rename(logFile, `${logFile}.1`).catch(() => {});
  const log = await open(logFile, "w", 0o600);
  const parameters = {
    listen_addresses: "127.0.0.1",
    port: chosen.port,
    unix_socket_directories: "",
    max_connections: chosen.maxConnections,
    shared_buffers: "256MB",
    max_wal_size: "2GB",
    timezone: "UTC",
    log_timezone: "UTC",
    // The app receives statement errors. The log would contain them with personal data, so only server messages are
    // logged.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
  };
  const settings = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  try {
    // Its own process group: Ctrl-C in a terminal reaches only the app, which stops PostgreSQL last.
    const child = spawn(join(binaries.directory, "bin", "postgres"), ["-D", join(home, "data"), ...settings], {
      ...processOptions(account),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.on("error", () => {});
    return child;
  } finally {
    await log.close();
  }
}

/** A shell that waits for this process to end in any way, and then stops PostgreSQL. */
function watch(child: ChildProcess, { account }: Place): ChildProcess {
  const watchdog = spawn("sh", ["-c", 'read _; kill -INT "$0"', String(child.pid)], {
    ...processOptions(account),
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.once("exit", () => watchdog.kill());
  watchdog.on("error", () => {});
  for (const handle of [child, watchdog, watchdog.stdin as unknown as { unref(): void }]) handle.unref();
  return watchdog;
}

async function waitUntilReady(child: ChildProcess, { home, password }: Place, port: number): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    if (child.pid === undefined || child.exitCode !== null) reject(new Error("PostgreSQL stopped immediately."));
    child.once("exit", (code, signal) => reject(new Error(`PostgreSQL stopped with ${signal ?? `code ${code}`}.`)));
  });
  ended.catch(() => {});
  const until = performance.now() + startTimeoutMs;
  while (!(await isReady(join(home, "data", "postmaster.pid"), child.pid))) {
    if (performance.now() > until) throw new Error("PostgreSQL was not ready after a minute.");
    await Promise.race([sleep(10), ended]);
  }
  await Promise.race([createDatabase(port, password), ended]);
}

/** PostgreSQL writes its state into line 8 of this file, for programs such as this one. */
async function isReady(file: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

async function createDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: role, password, database: "postgres", ssl: false });
  client.on("error", () => {});
  await client.connect();
  try {
    const found = await client.query("select from pg_database where datname = $1", [role]);
    if (found.rowCount === 0) await client.query(`create database ${role}`);
  } finally {
    await client.end();
  }
}

/** Fast shutdown; after 5 s immediate, after 2 s more killed. */
async function halt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  child.ref();
  const ended = new Promise<true>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(true);
    else child.once("exit", () => resolve(true));
  });
  for (const [signal, timeoutMs] of [
    ["SIGINT", 5_000],
    ["SIGQUIT", 2_000],
    ["SIGKILL", 1_000],
  ] as const) {
    child.kill(signal);
    const timer = new AbortController();
    const isDone = await Promise.race([ended, sleep(timeoutMs, false, { signal: timer.signal })]);
    timer.abort();
    if (isDone) return;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The end of PostgreSQL's log as one line, without timestamps. */
function lastLines(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[\d-]+ [\d:.]+ UTC \[\d+\] /, "").trim());
  return lines.filter(Boolean).slice(-5).join(" ");
}
