/**
 * `npm run seed -- --subscriptions N [--activity M]`: fills a database with made-up customers, for measuring and for trying
 * the desk at size. DATABASE_URL, or the embedded database of DATA_DIR while the app does not run. What is made up here is
 * unknown to Microsoft's side; each run adds to what is there.
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import { readConfig } from "../server/config.ts";
import { startEmbeddedPostgres } from "../server/database/embedded/postgres.ts";
import { migrate } from "../server/database/migrate.ts";
import { connect } from "./bed/bed.ts";
import { activityRows, deliveryRows, functions, operationRows, planRows, subscriptionRows } from "./seed-rows.ts";

export type SeedSizes = {
  subscriptions: number;
  /** Lines of history; a twentieth of them belongs to one subscription. Default: four for each subscription. */
  activity?: number;
  /** Settled operations, each with its delivery. Default: a tenth of the history. */
  operations?: number;
};

/** From here on it is quicker to build indexes anew than to grow them. */
const manyRows = 20_000;

/** Lines of history that get their links in the record's chain. */
const mostChained = 200_000;

/** Adds rows in one transaction. Migrated databases only. */
export async function seed(url: string, sizes: SeedSizes, say: (line: string) => void = () => {}): Promise<void> {
  const { subscriptions, activity = subscriptions * 4, operations = Math.ceil(activity / 10) } = sizes;
  const client = await connect(url);
  try {
    await client.query("begin");
    await client.query("set local synchronous_commit = off");
    await client.query("set local maintenance_work_mem = '256MB'");
    await client.query(functions);
    const { rows } = await client.query<{ first: number }>("select count(*)::int as first from subscriptions");
    const first = rows[0]?.first ?? 0;
    const steps = [
      { table: "plans", count: 1, text: planRows, values: [] },
      { table: "subscriptions", count: subscriptions, text: subscriptionRows, values: [first, subscriptions] },
      { table: "operations", count: operations, text: operationRows, values: [first, subscriptions, operations] },
      { table: "webhook_deliveries", count: operations, text: deliveryRows, values: [] },
      { table: "activity", count: activity, text: activityRows, values: [first, subscriptions, activity] },
    ];
    for (const { table, count, text, values } of steps) {
      if (count === 0) continue;
      // Links take 50 µs each: a history of this size goes without, and the desk says of it that it was put in from outside.
      const isUnchained = table === "activity" && count > mostChained;
      if (isUnchained) await client.query("set local session_replication_role = replica");
      const startedAt = performance.now();
      await withoutIndexes(client, table, count, () => client.query(text, values));
      say(`${count.toLocaleString("en-US")} ${table}: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    }
    await client.query("commit");
    await client.query("vacuum (analyze)");
  } finally {
    await client.end();
  }
}

/** Drops the indexes that guard nothing, and makes them again from their own definitions. */
async function withoutIndexes(client: pg.Client, table: string, count: number, insert: () => Promise<unknown>) {
  if (count < manyRows) return insert();
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await insert();
  // Triggers that wait for the commit would keep the indexes from being made.
  await client.query("set constraints all immediate");
  for (const { definition } of rows) await client.query(definition);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { subscriptions: { type: "string" }, activity: { type: "string" } } });
  const subscriptions = wholeNumber("--subscriptions", values.subscriptions ?? "10000");
  const activity = values.activity === undefined ? undefined : wholeNumber("--activity", values.activity);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const config = readConfig(process.env);
  const { url, stop } = config.databaseUrl
    ? { url: config.databaseUrl, stop: async () => {} }
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log: say });
  try {
    await migrate(url);
    await seed(url, { subscriptions, activity }, say);
  } finally {
    await stop();
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} wants a whole number (it is "${text}").`);
  return number;
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
