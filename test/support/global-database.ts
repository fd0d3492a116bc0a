/** One PostgreSQL for a whole run, with a migrated template that each test file copies. */
import { randomBytes } from "node:crypto";
import { access, chmod, constants, mkdtemp, readFile, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { ProvidedContext } from "vitest";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../server/database/embedded/postgres.ts";
import { migrate } from "../../server/database/migrations/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A role that may create databases and roles, and the name of the database to copy. */
    testServer: {
      url: string;
      template: string;
      /** Where `sample-copy.ts` keeps a desk with the replayed sample history, once a file needs one. */
      sample: { template: string; folder: string };
      /** The role that apps run with: it owns nothing. */
      appRole: { name: string; password: string };
    };
  }
}

type Server = ProvidedContext["testServer"] & { stop(): Promise<void> };

/** Vitest loads this file once a project; the projects of one run share the server. */
const shared = globalThis as typeof globalThis & { marketdeskTestServer?: { users: number; server: Promise<Server> } };

export async function setup(project: TestProject): Promise<void> {
  shared.marketdeskTestServer ??= { users: 0, server: startServer() };
  shared.marketdeskTestServer.users += 1;
  const { url, template, sample, appRole } = await shared.marketdeskTestServer.server;
  project.provide("testServer", { url, template, sample, appRole });
}

export async function teardown(): Promise<void> {
  const testServer = shared.marketdeskTestServer;
  if (!testServer) return;
  testServer.users -= 1;
  if (testServer.users > 0) return;
  delete shared.marketdeskTestServer;
  await (await testServer.server).stop();
}

async function startServer(): Promise<Server> {
  const given = process.env["TEST_DATABASE_URL"]?.trim();
  const { url, stop } = given ? { url: given, stop: async () => {} } : await startTemporary();
  const template = `marketdesk_template_${randomBytes(6).toString("hex")}`;
  const folder = await mkdtemp(join(tmpdir(), "marketdesk-sample-"));
  const sample = { template: template.replace("template", "sample"), folder };
  const appRole = { name: template.replace("template", "app"), password: randomBytes(18).toString("hex") };
  const drop = async () => {
    for (const name of [template, sample.template]) await run(url, `drop database if exists ${name} with (force)`);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    await run(url, `drop role if exists ${appRole.name}`);
  };
  try {
    await run(url, `create database ${template}`);
    const address = new URL(url);
    address.pathname = `/${template}`;
    await run(url, `create role ${appRole.name} login password '${appRole.password}'`);
    await migrate(address.href, { grantTo: appRole.name });
    // A database can only be copied without connections to it.
    await run(url, `alter database ${template} with allow_connections false`);
    return { url, template, sample, appRole, stop: () => drop().finally(stop) };
  } catch (error) {
    await drop().catch(() => {});
    await stop();
    throw error;
  }
}

/** Each worker runs up to four apps at the same time, each with up to 40 connections. */
const maxConnections = 1_000;

async function startTemporary() {
  const dataDir = await mkdtemp(join(await fastestFolder(), "marketdesk-test-"));
  // For root: the account that runs PostgreSQL must be able to enter it.
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, log: () => {}, maxConnections });
  // Nothing has to survive the run, so nothing has to reach the disk.
  for (const name of ["fsync", "full_page_writes", "synchronous_commit"]) {
    await run(server.url, `alter system set ${name} = off`);
  }
  // The password is checked for thousands of connections: hashed once instead of 4,096 times, with the same exchange.
  await run(server.url, "alter system set scram_iterations = 1");
  await run(server.url, "select pg_reload_conf()");
  const stop = async () => {
    await server.stop();
    await removeData(dataDir);
  };
  return { url: server.url, stop };
}

const memoryFolder = "/dev/shm";
/** Much more than a run needs. */
const minFreeBytes = 4 * 1024 ** 3;

/** In memory if there is enough: copying a database writes 1,000 files, which take 0.6 s on a disk and 0.04 s in memory. */
async function fastestFolder(): Promise<string> {
  if (process.availableMemory() < minFreeBytes) return tmpdir();
  const free = await access(memoryFolder, constants.W_OK)
    .then(() => statfs(memoryFolder))
    .then(({ bavail, bsize }) => bavail * bsize)
    .catch(() => 0);
  return free < minFreeBytes ? tmpdir() : memoryFolder;
}

/** Removes DATA_DIR and, for root in a closed folder, the database that lies elsewhere. */
export async function removeData(dataDir: string): Promise<void> {
  const pointer = await readFile(join(dataDir, "database-location.json"), "utf8").catch(() => null);
  const { home } = pointer ? (JSON.parse(pointer) as { home: string }) : { home: null };
  if (home) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
