/** How many single-row transactions the machine can commit: the raw limit of the intake. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { type BenchEnvironment, type BenchDatabase, connect } from "./bench-environment.ts";
import { webhookBody } from "./numbered-webhooks.ts";

export type RawInserts = {
  /** The program that inserts, for the table. */
  by: string;
  measure(clients: number, ms: number): Promise<{ perSecond: number; meanMs: number }>;
};

/** Rows of about 1.7 kB with a key and an index, as `webhook_deliveries` has them. */
const table = `create table bench_inserts (
  id uuid primary key, received_at timestamptz not null, subscription_id uuid not null, body bytea not null, headers jsonb not null);
create index on bench_inserts (subscription_id, id)`;
const insert = `insert into bench_inserts values (gen_random_uuid(), now(), gen_random_uuid(), convert_to($1, 'UTF8'),
  '{"content-type": "application/json; charset=utf-8", "x-ms-requestid": "0b6d4a7e-0000-4000-8000-000000000000"}') on conflict do nothing`;

/** Uses pgbench if it is on PATH, otherwise as many connections of this process with a named statement. */
export async function rawInserts(benchEnvironment: BenchEnvironment, database: BenchDatabase): Promise<RawInserts> {
  const client = await connect(database.url);
  await client.query(table).finally(() => client.end());
  const hasPgbench = await promisify(execFile)("pgbench", ["--version"]).then(
    () => true,
    () => false,
  );
  return hasPgbench ? withPgbench(benchEnvironment, database) : withNode(database);
}

async function withPgbench(benchEnvironment: BenchEnvironment, { url }: BenchDatabase): Promise<RawInserts> {
  const script = path.join(benchEnvironment.dataDir, "insert.sql");
  await writeFile(script, `${insert.replace("$1", ":body").replaceAll("\n", " ")};\n`);
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = {
    PATH: process.env["PATH"],
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  };
  return {
    by: "pgbench",
    async measure(clients, ms) {
      const wanted = [
        "-n",
        "-M",
        "prepared",
        "-f",
        script,
        "-c",
        clients,
        "-j",
        Math.min(2, clients),
        "-T",
        Math.ceil(ms / 1_000),
      ];
      const { stdout } = await promisify(execFile)("pgbench", [...wanted.map(String), "-D", `body=${webhookBody(1)}`], {
        env,
      });
      const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
      const meanMs = Number(/^latency average = ([\d.]+) ms/m.exec(stdout)?.[1]);
      if (!(perSecond > 0)) throw new Error(`pgbench printed something unexpected: ${stdout}`);
      return { perSecond, meanMs };
    },
  };
}

function withNode({ url }: BenchDatabase): RawInserts {
  return {
    by: "an insert loop in Node",
    async measure(clients, ms) {
      const pool = new pg.Pool({ connectionString: url, max: clients });
      const body = webhookBody(1);
      const one = () => pool.query({ name: "insert", text: insert, values: [body] });
      await Promise.all(Array.from({ length: clients }, one));
      let inserted = 0;
      const startedAt = performance.now();
      const loop = async () => {
        while (performance.now() - startedAt < ms) {
          await one();
          inserted += 1;
        }
      };
      await Promise.all(Array.from({ length: clients }, loop));
      const seconds = (performance.now() - startedAt) / 1_000;
      await pool.end();
      return { perSecond: inserted / seconds, meanMs: (seconds * 1_000 * clients) / inserted };
    },
  };
}
