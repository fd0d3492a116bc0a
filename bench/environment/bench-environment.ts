/** A PostgreSQL with a database for each measurement, and a folder for files. All of it is deleted at the end. */
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../../server/database/embedded/postgres.ts";
import { migrate } from "../../server/database/migrations/migrate.ts";
import { removeData } from "../../test/support/global-database.ts";

/** How much is measured: `quick` shows that everything works, `full` has the sizes of the largest publishers. */
export type Scale = "quick" | "usual" | "full";

export type BenchEnvironment = {
  scale: Scale;
  /** A folder for logs. */
  dataDir: string;
  log: (line: string) => void;
  /** A migrated, empty database of its own. */
  createDatabase(): Promise<BenchDatabase>;
  /**
   * A migrated database of this name, empty the first time. With a kept folder it still exists in the next run, and dropping it
   * does nothing, so only read from it.
   */
  openDatabase(name: string): Promise<BenchDatabase & { isEmpty: boolean }>;
  stop(): Promise<void>;
};

export type BenchDatabase = { url: string; drop(): Promise<void> };

/**
 * Uses the server of BENCH_DATABASE_URL, whose role may create databases, or starts one with the app's own settings.
 *
 * @param keptDir where that server's data is kept; created if missing
 */
export async function createBenchEnvironment(
  scale: Scale,
  log: (line: string) => void,
  keptDir?: string,
): Promise<BenchEnvironment> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-bench-"));
  await chmod(dataDir, 0o711);
  const given = process.env["BENCH_DATABASE_URL"]?.trim();
  const server = given
    ? { url: given, stop: async () => {} }
    : await startEmbeddedPostgres({ dataDir: keptDir ?? dataDir, log: () => {} });
  const created = new Set<string>();
  const drop = async (name: string) => {
    created.delete(name);
    await run(server.url, `drop database if exists ${name} with (force)`);
  };
  const addressOf = (name: string) => {
    const address = new URL(server.url);
    address.pathname = `/${name}`;
    return address.href;
  };
  const create = async (name: string) => {
    await run(server.url, `create database ${name}`);
    if (!keptDir || name.startsWith(ownPrefix)) created.add(name);
  };
  return {
    scale,
    dataDir,
    log,
    async createDatabase() {
      const name = `${ownPrefix}${randomBytes(6).toString("hex")}`;
      await create(name);
      await migrate(addressOf(name));
      return { url: addressOf(name), drop: () => drop(name) };
    },
    async openDatabase(name) {
      const known = await run(server.url, `select from pg_database where datname = '${name}'`);
      if (known.rowCount === 0) await create(name);
      const url = addressOf(name);
      await migrate(url);
      const { rowCount } = await run(url, "select from subscriptions limit 1");
      return { url, isEmpty: rowCount === 0, drop: keptDir ? async () => {} : () => drop(name) };
    },
    async stop() {
      for (const name of created) await drop(name).catch(() => {});
      await server.stop();
      await removeData(dataDir);
    },
  };
}

const ownPrefix = "marketdesk_bench_";

async function run(url: string, statement: string): Promise<pg.QueryResult> {
  const client = await connect(url);
  return client.query(statement).finally(() => client.end());
}

/** One connection. The caller ends it. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "marketdesk bench" });
  client.on("error", () => {});
  await client.connect();
  return client;
}
