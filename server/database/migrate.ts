/** Brings a database to the schema of this version, once, whoever starts first. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import { runMigrations as migrateJobs } from "graphile-worker";
import pg from "pg";
import { pgConnection } from "./address.ts";
import { explainConnectError } from "./explain.ts";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "drizzle");
/** Any number that no other program on the database uses. */
const migrationLock = 20_180_831;
const oldestSupported = 15;

/**
 * Applies the migrations of `drizzle/` and those of the job queue under an advisory lock, so that instances that start
 * together wait for one another.
 *
 * @throws Error in a sentence when the server is older than PostgreSQL 15
 */
export async function migrate(url: string): Promise<void> {
  const connection = { ...pgConnection(url), application_name: "marketdesk migrations" };
  const client = new pg.Client(connection);
  // A statement that fails says so itself; without a listener the connection's end would end the process.
  client.on("error", () => {});
  await client.connect().catch((error: unknown) => {
    throw explainConnectError(error, url);
  });
  try {
    const version = await client.query<{ server_version_num: string }>("show server_version_num");
    const major = Math.floor(Number(version.rows[0]?.server_version_num) / 10_000);
    if (major < oldestSupported) {
      throw new Error(
        `DATABASE_URL leads to PostgreSQL ${major}; Marketdesk needs version ${oldestSupported} or newer.`,
      );
    }
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    await applyMigrations(drizzle({ client }), { migrationsFolder: folder });
    const pool = new pg.Pool({ ...connection, max: 1 });
    pool.on("error", () => {});
    await migrateJobs({ pgPool: pool }).finally(() => pool.end());
  } finally {
    await client.end();
  }
}
