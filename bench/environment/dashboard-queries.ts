/** The dashboard's queries at different sizes of the database, over HTTP and inside PostgreSQL. */
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { pino } from "pino";
import type { Database } from "../../server/database/connection/database.ts";
import { createCallerFactory } from "../../server/trpc/init.ts";
import type { TrpcContext } from "../../server/trpc/trpc-context.ts";
import { appRouter } from "../../server/trpc/router.ts";
import { type SeedSizes, seed } from "../seed.ts";
import { maximum, type Bound, withVerdict, type Measurement } from "../measurement.ts";
import type { BenchEnvironment, BenchDatabase } from "./bench-environment.ts";
import { median, percentile } from "./percentiles.ts";
import { getText, loadOf, requestText } from "./http-load.ts";
import { type Instance, startInstance } from "./start-app-process.ts";
import { type Microsoft, startMicrosoft } from "./start-fake-microsoft.ts";
import { queryUrl, signInStaff } from "./signed-in-staff.ts";

/** One query of the dashboard. */
export type BenchQuery = {
  name: string;
  procedure: string;
  /** The inputs of one size, which the requests use in turn. */
  inputs: unknown[];
  /** Maximum ratio of the p95 to the p95 at the smallest size. */
  maxRatio?: number;
  /** Maximum p95. */
  maxMs?: number;
  /** Maximum time in PostgreSQL. Default: 1 ms; null: no target. */
  maxDatabaseMs?: number | null;
};

export type Site = {
  size: number;
  database: BenchDatabase;
  db: Database;
  app: Instance;
  headers: Record<string, string>;
};

/** @param options.sizes each has a database and an instance; they are queried in turn */
export async function compareSizes(
  benchEnvironment: BenchEnvironment,
  options: {
    sizes: number[];
    sizesOf: (size: number) => SeedSizes;
    what: string;
    queriesOf: (site: Site) => Promise<BenchQuery[]>;
  },
): Promise<Measurement[]> {
  const [rounds, repeats] = benchEnvironment.scale === "quick" ? [2, 20] : [5, 60];
  const microsoft = await startMicrosoft();
  const sites: Site[] = [];
  try {
    for (const size of options.sizes) sites.push(await createSite(benchEnvironment, microsoft, size, options));
    const queriesBySite = await Promise.all(sites.map((site) => options.queriesOf(site)));
    const names = queriesBySite[0]?.map(({ name }) => name) ?? [];
    const rows: Measurement[] = [];
    for (const [index, name] of names.entries()) {
      const measured = await compareQuery(
        options.what,
        sites.map((site, at) => ({ site, query: queriesBySite[at]?.[index] as BenchQuery })),
        { rounds, repeats },
      ).catch((error: unknown): Measurement[] => [
        { name, value: Number.NaN, unit: "ms", target: "an answer", isMet: false, note: String(error) },
      ]);
      for (const { name: what, value, unit, ratio } of measured)
        benchEnvironment.log(`  ${what}: ${value} ${unit}${ratio === undefined ? "" : `, ${ratio} ×`}`);
      rows.push(...measured);
    }
    return rows;
  } finally {
    for (const { app } of sites) await app.kill();
    microsoft.stop();
    for (const { db, database } of sites) {
      await db.$client.end();
      await database.drop();
    }
  }
}

async function compareQuery(
  what: string,
  queries: { site: Site; query: BenchQuery }[],
  { rounds, repeats }: { rounds: number; repeats: number },
): Promise<Measurement[]> {
  const sizesResults = queries.map((one) => ({ ...one, p95: [] as number[] }));
  for (const one of sizesResults) await requestInTurn(one.site, one.query, Math.min(20, repeats));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of sizesResults) one.p95.push(percentile(await requestInTurn(one.site, one.query, repeats), 0.95));
  }
  const inside = await Promise.all(sizesResults.map(({ site, query }) => insidePostgres(site, query)));
  return rowsOf(what, sizesResults, inside);
}

async function createSite(
  benchEnvironment: BenchEnvironment,
  microsoft: Microsoft,
  size: number,
  { sizesOf, what }: { sizesOf: (size: number) => SeedSizes; what: string },
): Promise<Site> {
  benchEnvironment.log(`  ${size.toLocaleString("en-US")} ${what}`);
  const sizes = sizesOf(size);
  const database = await benchEnvironment.openDatabase(
    `marketdesk_seeded_${sizes.subscriptions}_${sizes.activity ?? 0}`,
  );
  if (database.isEmpty) await seed(database.url, sizes, (line) => benchEnvironment.log(`    ${line}`));
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  const [headers = {}] = await signInStaff(database.url, app.url);
  return { size, database, app, headers, db: openPool(database.url) };
}

/** One connection with the same options as the app's pool. */
export function openPool(url: string): Database {
  const options = "-c jit=off -c max_parallel_workers_per_gather=0";
  const pool = new pg.Pool({ connectionString: url, max: 1, options });
  // A failed measurement can leave its connection open until PostgreSQL stops.
  pool.on("error", () => {});
  return drizzle({ client: pool, casing: "snake_case" });
}

async function requestInTurn({ app, headers }: Site, query: BenchQuery, count: number): Promise<number[]> {
  const urls = query.inputs.map((input) => queryUrl(app.url, query.procedure, input));
  // The first answer is read, so that a mistake in the input is reported.
  await getText(urls[0] ?? "", headers);
  const requests = Array.from({ length: count }, (_, index) =>
    requestText("GET", urls[index % urls.length] ?? "", headers),
  );
  const load = await loadOf(app.url, requests);
  if (load.refused > 0) throw new Error(`${query.name}: ${load.refused} of ${load.sent} were not answered with 200`);
  return load.latenciesMs;
}

type Inside = { ms: number; scans: string[] };

/** Planning and execution of all statements of a query, by EXPLAIN ANALYZE: the median over some inputs. */
async function insidePostgres({ db: { $client } }: Site, query: BenchQuery): Promise<Inside> {
  const { db, statements } = recordStatements($client);
  const times: number[] = [];
  const scans = new Set<string>();
  for (const input of query.inputs.slice(0, 9)) {
    statements.length = 0;
    await callProcedure(db, query.procedure, input);
    let ms = 0;
    for (const { text, values, isPrepared } of statements) {
      const { rows } = await $client.query<{ "QUERY PLAN": [Explained] }>(
        `explain (analyze, timing off, format json) ${text}`,
        values,
      );
      const [explained] = rows[0]?.["QUERY PLAN"] ?? [];
      if (!explained) throw new Error("PostgreSQL explained nothing");
      ms += explained["Execution Time"] + (isPrepared ? 0 : explained["Planning Time"]);
      for (const name of sequentialScans(explained.Plan)) scans.add(name);
    }
    times.push(ms);
  }
  return { ms: median(times), scans: [...scans] };
}

/** A prepared statement is planned once for a connection. */
type Statement = { text: string; values: unknown[]; isPrepared: boolean };

function recordStatements(pool: pg.Pool): { db: Database; statements: Statement[] } {
  const statements: Statement[] = [];
  const recorded = new Proxy(pool, {
    get(target, property) {
      if (property !== "query") return Reflect.get(target, property, target) as unknown;
      return (config: pg.QueryConfig, values?: unknown[]) => {
        const given = values ?? config.values ?? [];
        statements.push({ text: config.text, values: given, isPrepared: config.name !== undefined });
        return target.query(config, values);
      };
    },
  });
  return { db: drizzle({ client: recorded, casing: "snake_case" }), statements };
}

const createCaller = createCallerFactory(appRouter);
type Procedures = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;

/** Without HTTP and sign-in. */
async function callProcedure(db: Database, path: string, input: unknown): Promise<void> {
  const [noun = "", verb = ""] = path.split(".");
  const context: Partial<TrpcContext> = {
    db,
    needsDb: db,
    now: () => new Date(),
    log: pino({ level: "silent" }),
    staff: { id: "tenant:bench", name: "Bench", email: "bench@example.com", role: "admin" },
    refusedOrigin: null,
  };
  // No query uses what is left out here: Microsoft, the stream of changes.
  const caller = createCaller(context as TrpcContext) as unknown as Procedures;
  await caller[noun]?.[verb]?.(input);
}

type Plan = { "Node Type": string; "Relation Name"?: string; "Actual Rows": number; Plans?: Plan[] };
type Explained = { Plan: Plan; "Planning Time": number; "Execution Time": number };

/** Growing tables that were read completely. */
function sequentialScans(plan: Plan): string[] {
  const grows = ["subscriptions", "operations", "activity", "webhook_deliveries"];
  const own =
    plan["Node Type"] === "Seq Scan" && grows.includes(plan["Relation Name"] ?? "")
      ? [plan["Relation Name"] ?? ""]
      : [];
  return [...own, ...(plan.Plans ?? []).flatMap(sequentialScans)];
}

function rowsOf(
  what: string,
  sizesResults: { site: Site; query: BenchQuery; p95: number[] }[],
  inside: Inside[],
): Measurement[] {
  const [small] = sizesResults;
  const large = sizesResults.at(-1);
  if (!small || !large) return [];
  const { query } = large;
  const size = `${large.site.size.toLocaleString("en-US")} ${what}`;
  const bounds: Bound[] = [
    ...(query.maxRatio === undefined ? [] : [maximum(query.maxRatio, "ratio")]),
    ...(query.maxMs === undefined ? [] : [maximum(query.maxMs)]),
  ];
  const maxDatabaseMs = query.maxDatabaseMs === undefined ? 1 : query.maxDatabaseMs;
  const scans = inside.at(-1)?.scans ?? [];
  return [
    withVerdict(
      {
        name: `${query.name}: p95 at ${size}`,
        value: median(large.p95),
        unit: "ms",
        raw: median(small.p95),
        ratio: median(large.p95.map((ms, round) => ms / (small.p95[round] ?? Number.NaN))),
        note: `raw: at ${small.site.size.toLocaleString("en-US")}`,
      },
      ...bounds,
    ),
    withVerdict(
      {
        name: `${query.name}: PostgreSQL's part`,
        value: inside.at(-1)?.ms ?? Number.NaN,
        unit: "ms",
        raw: inside[0]?.ms,
        note: scans.length > 0 ? `reads all of ${scans.join(", ")}` : undefined,
      },
      ...(maxDatabaseMs === null ? [] : [maximum(maxDatabaseMs)]),
    ),
  ];
}
