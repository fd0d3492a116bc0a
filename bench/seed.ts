/**
 * `npm run seed -- --subscriptions N [--activity M]`: fills a database with generated customers, to measure and try
 * Marketdesk at size. Uses DATABASE_URL, or the embedded database of DATA_DIR while the app is stopped. The sandbox does not
 * know these subscriptions. Each run adds more.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { countMoney } from "../server/commands/money/count-money.ts";
import { readConfig } from "../server/config.ts";
import { startEmbeddedPostgres } from "../server/database/embedded/postgres.ts";
import { migrate } from "../server/database/migrations/migrate.ts";
import { rollUpDayCounts } from "../server/database/writes/day-count-rollup.ts";
import { rollUpCounts } from "../server/database/writes/subscription-count-rollup.ts";
import { customerChanges } from "../server/database/schema/customers.ts";
import { deriveChangedCustomers } from "../server/database/writes/customer-listings.ts";
import { connect } from "./environment/bench-environment.ts";
import { chainFunctions, chainSteps, historySteps, type HistoryValues } from "./seed-history.ts";
import { besideSubscriptions, functions, planRows, subscriptionRows } from "./seed-rows.ts";

export type SeedSizes = {
  subscriptions: number;
  /** Audit entries, one in twenty for the same subscription. Default: ten for each subscription. */
  activity?: number;
  /** Operations, nearly all settled, each with its delivery and calls. Default: one for ten audit entries. */
  operations?: number;
};

/** For this many rows or more, building indexes again is faster than updating them. */
const manyRows = 5_000;

type Step = { table: string; text: string; values?: unknown[]; /** Approximate number of rows. */ expected: number };

/** Adds rows in one transaction. The database must be migrated, and the role allowed to disable triggers. */
export async function seed(url: string, sizes: SeedSizes, log: (line: string) => void = () => {}): Promise<void> {
  const { subscriptions, activity = subscriptions * 10, operations = Math.ceil(activity / 10) } = sizes;
  const client = await connect(url);
  try {
    await client.query("begin");
    await client.query("set local synchronous_commit = off");
    await client.query("set local maintenance_work_mem = '1GB'");
    await client.query("set local work_mem = '512MB'");
    await client.query("set local jit = off");
    await client.query(functions);
    await client.query(chainFunctions);
    const { rows } = await client.query<{ first: number }>("select count(*)::int as first from subscriptions");
    const first = rows[0]?.first ?? 0;
    const values: HistoryValues = [first, subscriptions, operations, activity, randomBytes(6).toString("hex")];
    // A trigger per statement keeps the counters, which costs nothing.
    await run(client, log, [
      { table: "plans", text: planRows, expected: 0 },
      { table: "subscriptions", text: subscriptionRows, values: [first, subscriptions], expected: subscriptions },
    ]);
    // The triggers of the audit trail link one entry at a time; one statement does the same here.
    await putTriggersAside(client);
    await run(client, log, [
      ...besideSubscriptions.map((step) => ({ ...step, expected: subscriptions })),
      ...historySteps.map((step) => ({ ...step, values: valuesIn(step.text, values), expected: activity })),
      ...chainSteps.map((step) => ({ ...step, expected: activity })),
    ]);
    await client.query("commit");
    await client.query("analyze");
    await rollUp(url, log);
    await client.query("vacuum (analyze)");
  } finally {
    await client.end();
  }
}

/** Does what the app does every few seconds, until nothing is left: a measurement must not run at the same time. */
export async function rollUp(url: string, log: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  const options = "-c synchronous_commit=off";
  const db = drizzle({ client: new pg.Pool({ connectionString: url, max: 2, options }), casing: "snake_case" });
  try {
    await rollUpCounts(db);
    await rollUpDayCounts(db);
    const countAll = async () => {
      while ((await countMoney(db)) > 0);
    };
    const deriveAll = async () => {
      while ((await db.$count(customerChanges)) > 0) await deriveChangedCustomers(db, () => new Date());
    };
    await Promise.all([countAll(), deriveAll()]);
  } finally {
    await db.$client.end();
  }
  log(`rolled up: ${Math.round((performance.now() - startedAt) / 1_000)} s`);
}

async function putTriggersAside(client: pg.Client): Promise<void> {
  await client.query("set local session_replication_role = replica").catch((error: Error) => {
    throw new Error(`This role cannot disable triggers, which is necessary to add generated rows: ${error.message}.`);
  });
}

/** The values that the text uses: PostgreSQL refuses more. */
function valuesIn(text: string, values: HistoryValues): unknown[] {
  return text.includes("$5") ? values : [];
}

async function run(client: pg.Client, log: (line: string) => void, steps: Step[]): Promise<void> {
  for (const { table, text, values = [], expected } of steps) {
    const startedAt = performance.now();
    const secondsNow = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
    let written = "";
    const insert = async () => {
      const { rowCount } = await client.query(text, values);
      written = secondsNow();
      return rowCount ?? 0;
    };
    const count = expected < manyRows ? await insert() : await withoutIndexes(client, table, insert);
    if (count > 0) log(`${count.toLocaleString("en-US")} ${table}: ${written} s, with indexes ${secondsNow()} s`);
  }
}

/** Drops all indexes except keys, and creates them again from their definitions. */
async function withoutIndexes(client: pg.Client, table: string, insert: () => Promise<number>): Promise<number> {
  const { rows } = await client.query<{ drop: string; make: string }>(
    `select case when c.oid is null then 'drop index ' || i.indexrelid::regclass
        else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as drop,
      case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end as make
     from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
     where i.indrelid = $1::regclass and (c.oid is null or c.contype = 'u')`,
    [table],
  );
  for (const { drop } of rows) await client.query(drop);
  const count = await insert();
  for (const { make } of rows) await client.query(make);
  return count;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { subscriptions: { type: "string" }, activity: { type: "string" } } });
  const subscriptions = wholeNumber("--subscriptions", values.subscriptions ?? "10000");
  const activity = values.activity === undefined ? undefined : wholeNumber("--activity", values.activity);
  const log = (line: string) => void process.stdout.write(`${line}\n`);
  const config = readConfig(process.env);
  const { url, stop } = config.databaseUrl
    ? { url: config.databaseUrl, stop: async () => {} }
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  try {
    await migrate(url);
    await seed(url, { subscriptions, activity }, log);
  } finally {
    await stop();
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} must be a whole number, not "${text}".`);
  return number;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
