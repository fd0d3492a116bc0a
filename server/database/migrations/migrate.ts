/** Migrates a database to this version's schema as the tables' owner; other roles only check it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator";
import { runMigrations as migrateJobs } from "graphile-worker";
import pg from "pg";
import { projectFolder } from "../../config/project-folder.ts";
import { pgConnection } from "../connection/address.ts";
import { DatabaseUnusable, explainConnectError, explainReadOnly } from "../connection/explain.ts";
import { createThrottledClient } from "../connection/throttled-client.ts";
import { sessionSettings } from "../connection/session-settings.ts";
import { advisoryLocks } from "../statements/advisory-locks.ts";
import { addDefaultReasonCodes } from "./default-reason-codes.ts";
import { grantedRoles, grantTo, missingRights } from "./grants.ts";
import { describeLostCommits, refuseUnsuitablePostgres } from "./required-postgres.ts";
import { refuseSharedSessions } from "../connection/session-probe.ts";

const folder = path.join(projectFolder, "drizzle");
const insufficientPrivilege = "42501";
/** A migration of large tables takes its time. */
const noTimeout = { statement_timeout: "0" };

/**
 * Migrations that add statistics of subscriptions. All pending migrations are one transaction, so gathering them there would prolong the
 * locks of the other migrations by seconds, while the previous version serves.
 */
const migrationsOfStatistics = ["0005_statistics_of_test_purchases", "0034_count_on_tagged"];

/**
 * Applies the migrations of `drizzle/` and of the job queue, and grants the app's roles permissions on new tables.
 * Under an advisory lock, so that simultaneous starts wait for one another.
 * @param options.grantTo a role that the app will use
 * @returns the names of the applied migrations
 * @throws DatabaseUnusable with a sentence
 */
export async function migrate(url: string, options: { grantTo?: string } = {}): Promise<string[]> {
  return withClient(url, (client) => applyAll(client, url, options.grantTo));
}

/**
 * Ensures the schema of this version at the start: migrates if the role may, otherwise says what is missing and
 * which command helps.
 * @returns a sentence for the log if PostgreSQL can lose what it has confirmed
 * @throws DatabaseUnusable
 */
export async function prepareDatabase(url: string): Promise<string | null> {
  return withClient(url, async (client) => {
    const warning = await describeLostCommits(client);
    const pending = await pendingMigrations(client);
    if (pending.length > 0) {
      if (!(await mayMigrate(client))) throw await notMigrated(client, pending);
      await applyAll(client, url);
      return warning;
    }
    const lacking = await missingRights(client);
    if (lacking.length > 0) {
      const role = await currentRole(client);
      throw new DatabaseUnusable(
        `The role "${role}" lacks permissions that the app needs (${some(lacking)}). ${runMigrate(`--grant ${role}`)}`,
      );
    }
    await addDefaultReasonCodes(client);
    await migrateQueue(url);
    return warning;
  });
}

/** The image of the container has no npm. */
function runMigrate(options = ""): string {
  const npm = options === "" ? "npm run migrate" : `npm run migrate -- ${options}`;
  const node = `node dist/server/migrate.js ${options}`.trimEnd();
  return `Run "${npm}", or in a container "${node}", with the DATABASE_URL of the role that owns the tables.`;
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ ...pgConnection(url), application_name: "marketdesk migrations" });
  // A statement that fails says so itself; without a listener the connection's end would end the process.
  client.on("error", () => {});
  await client.connect().catch((error: unknown) => {
    throw explainConnectError(error, url);
  });
  try {
    await refuseUnsuitablePostgres(client);
    await refuseSharedSessions(client, url);
    // Later, because older versions do not know all settings, and a pooler would keep them for other users.
    await client.query(sessionSettings(noTimeout));
    return await work(client);
  } catch (error) {
    throw explainReadOnly(error, url);
  } finally {
    await client.end();
  }
}

async function applyAll(client: pg.Client, url: string, role?: string): Promise<string[]> {
  await client.query("select pg_advisory_lock($1)", [...advisoryLocks.migration]);
  // Another instance may have applied them while this one waited.
  const pending = await pendingMigrations(client);
  if (pending.length > 0 && !(await mayMigrate(client))) throw await notMigrated(client, pending);
  await applyMigrations(drizzle({ client }), { migrationsFolder: folder });
  await addDefaultReasonCodes(client);
  await migrateQueue(url);
  const roles = new Set(await grantedRoles(client));
  if (role !== undefined) roles.add(role);
  for (const granted of roles) await grantTo(client, granted);
  if (migrationsOfStatistics.some((name) => pending.includes(name))) await client.query("analyze subscriptions");
  return pending;
}

/** The job queue's own migrations; without pending ones this reads two rows. */
async function migrateQueue(url: string): Promise<void> {
  const pool = new pg.Pool({
    ...pgConnection(url),
    application_name: "marketdesk migrations",
    max: 1,
    Client: createThrottledClient(url, noTimeout),
  });
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    await migrateJobs({ pgPool: pool });
  } catch (error) {
    if ((error as { code?: string }).code !== insufficientPrivilege) throw error;
    throw new DatabaseUnusable(`The tables of the job queue have another version. ${runMigrate()}`);
  } finally {
    await pool.end();
  }
}

type Journal = { entries: { when: number; tag: string }[] };

/** Pending migrations of this version; a newer version may have applied further ones. */
async function pendingMigrations(client: pg.Client): Promise<string[]> {
  const { entries } = JSON.parse(readFileSync(path.join(folder, "meta", "_journal.json"), "utf8")) as Journal;
  const { rows } = await client.query<{ exists: boolean; mayRead: boolean | null }>(
    `select c.oid is not null as exists, has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as "mayRead"
      from (select 1) one left join pg_namespace n on n.nspname = 'drizzle'
      left join pg_class c on c.relnamespace = n.oid and c.relname = '__drizzle_migrations'`,
  );
  if (!rows[0]?.exists) return entries.map(({ tag }) => tag);
  if (!rows[0].mayRead) {
    const role = await currentRole(client);
    throw new DatabaseUnusable(
      `The role "${role}" has no permissions on Marketdesk's tables. ${runMigrate(`--grant ${role}`)}`,
    );
  }
  const last = await client.query<{ at: string | null }>(
    "select max(created_at) as at from drizzle.__drizzle_migrations",
  );
  const at = Number(last.rows[0]?.at ?? 0);
  if (at > 0 && at < (entries[0]?.when ?? 0)) throw madeBeforeFirstRelease();
  return entries.filter(({ when }) => when > at).map(({ tag }) => tag);
}

/** The migrations before the first release were joined into one, which creates every table. */
function madeBeforeFirstRelease(): DatabaseUnusable {
  return new DatabaseUnusable(
    "The database was created by a version before the first release, and this version cannot upgrade it. Use an empty database, or see CHANGELOG.md for how to keep its data.",
  );
}

async function mayMigrate(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE')
        and not exists (
          select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relname = 'subscriptions' and not pg_has_role(c.relowner, 'member')
        ) as may`,
  );
  return rows[0]?.may ?? false;
}

async function notMigrated(client: pg.Client, pending: string[]): Promise<DatabaseUnusable> {
  const what = pending.length === 1 ? "a migration" : `${pending.length} migrations`;
  const role = await currentRole(client);
  return new DatabaseUnusable(
    `The database lacks ${what} of this version (${some(pending)}), and the role "${role}" may not apply them. ${runMigrate(`--grant ${role}`)}`,
  );
}

async function currentRole(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ role: string }>("select current_user as role");
  return rows[0]?.role ?? "";
}

function some(names: string[]): string {
  const shown = names.slice(-3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
