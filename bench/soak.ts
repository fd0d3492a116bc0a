/**
 * `npm run soak [-- --minutes 30 --per-second 50]`: one instance under a steady stream of webhooks for a long time. Prints a
 * line a minute and a verdict: memory must not grow, dead rows and open operations must stay bounded, and no webhook is refused.
 */
import { parseArgs } from "node:util";
import { type BenchEnvironment, connect, createBenchEnvironment } from "./environment/bench-environment.ts";
import { percentile } from "./environment/percentiles.ts";
import { type Load, loadPaced, requestText } from "./environment/http-load.ts";
import { type Instance, startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { webhookBody } from "./environment/numbered-webhooks.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, "per-second": { type: "string", default: "50" } },
});
const minutes = Number(values.minutes);
const perSecond = Number(values["per-second"]);
if (!(minutes >= 3 && perSecond >= 1)) {
  process.stderr.write("Give at least 3 minutes and 1 webhook per second.\n");
  process.exit(2);
}

/** Memory counts after this time, when caches are full and code is compiled. A short run skips its first third. */
const warmUpMinutes = Math.min(5, Math.ceil(minutes / 3));
const maxSlopeMbPerHour = 10;
/** Autovacuum cleans a table at 20 % of its rows and 50 more; with twice as many dead rows, it does not keep up with the table. */
const maxDeadShare = 0.4;
const deadAllowance = 5_000;
/** At most the operations of this many seconds may be open at the end of a minute. */
const maxOpenSeconds = 10;
const customers = 2_000;

const log = (line: string) => process.stdout.write(`${line}\n`);

type Minute = {
  minRssMb: number;
  liveHeapMb: number | null;
  load: Load;
  open: number;
  dead: { table: string; live: number; dead: number }[];
};

const benchEnvironment = await createBenchEnvironment("usual", log);
let isPassed = false;
try {
  isPassed = await soak(benchEnvironment);
} finally {
  await benchEnvironment.stop();
}
process.exit(isPassed ? 0 : 1);

async function soak(environment: BenchEnvironment): Promise<boolean> {
  const microsoft = await startMicrosoft({ delayMs: 20 });
  const database = await environment.createDatabase();
  const app = await startInstance({ benchEnvironment: environment, microsoft, databaseUrl: database.url });
  const client = await connect(database.url);
  try {
    let sent = 0;
    const results: Minute[] = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      // Microsoft's tokens last an hour.
      const [token = ""] = await microsoft.tokens(1);
      const next = () => {
        sent += 1;
        return requestText(
          "POST",
          `${app.url}/webhooks/marketplace`,
          { authorization: `Bearer ${token}`, "content-type": "application/json" },
          webhookBody(sent, sent % customers),
        );
      };
      const load = loadPaced(app.url, { perSecond, ms: 60_000, next });
      const [minRssMb, done] = await Promise.all([minMemory(app, load), load]);
      const { liveHeapMb } = await app.figures();
      const result = { minRssMb, liveHeapMb, load: done, ...(await countRows(client)) };
      results.push(result);
      log(
        `minute ${minute}: ${result.load.sent} webhooks, ${result.load.refused} refused, p99 ${Math.round(percentile(result.load.latenciesMs, 0.99))} ms, ` +
          `memory at least ${minRssMb.toFixed(1)} MB, live heap ${liveHeapMb?.toFixed(1) ?? "unknown"} MB, ${result.open} operations open, ${result.dead.reduce((sum, { dead }) => sum + dead, 0)} dead rows`,
      );
    }
    return meetsLimits(results);
  } finally {
    await client.end();
    await app.kill();
    microsoft.stop();
    await database.drop();
  }
}

/** The minimum of a minute: memory above it waits for the garbage collector. */
async function minMemory(app: Instance, load: Promise<unknown>): Promise<number> {
  let min = Number.POSITIVE_INFINITY;
  let hasStopped = false;
  const over = load.then(() => (hasStopped = true));
  while (!hasStopped) {
    min = Math.min(min, (await app.figures()).rssMb);
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  }
  return min;
}

async function countRows(client: Awaited<ReturnType<typeof connect>>): Promise<Pick<Minute, "open" | "dead">> {
  const open = await client.query<{ count: number }>(
    "select count(*)::int as count from operations where stage <> 'settled'",
  );
  const dead = await client.query<{ table: string; live: number; dead: number }>(
    `select relname as table, n_live_tup::int as live, n_dead_tup::int as dead from pg_stat_user_tables where n_dead_tup > 0`,
  );
  return { open: open.rows[0]?.count ?? 0, dead: dead.rows };
}

function meetsLimits(results: Minute[]): boolean {
  const warm = results.slice(warmUpMinutes);
  const slope = slopePerHour(warm.map(({ minRssMb }) => minRssMb));
  const heapSlope = slopePerHour(warm.flatMap(({ liveHeapMb }) => liveHeapMb ?? []));
  const refused = results.reduce((sum, { load }) => sum + load.refused, 0);
  const open = Math.max(...results.map((result) => result.open));
  const bloated = (results.at(-1)?.dead ?? []).filter(({ live, dead }) => dead > maxDeadShare * live + deadAllowance);
  const lines: [isMet: boolean, what: string][] = [
    [
      slope < maxSlopeMbPerHour,
      `memory after minute ${warmUpMinutes}: ${slope.toFixed(1)} MB an hour, under ${maxSlopeMbPerHour}`,
    ],
    [
      heapSlope < maxSlopeMbPerHour,
      `live heap after minute ${warmUpMinutes}: ${heapSlope.toFixed(1)} MB an hour, under ${maxSlopeMbPerHour}`,
    ],
    [refused === 0, `webhooks refused: ${refused}`],
    [
      open <= perSecond * maxOpenSeconds,
      `operations open at a minute's end: at most ${open}, allowed ${perSecond * maxOpenSeconds}`,
    ],
    [
      bloated.length === 0,
      `tables with too many dead rows: ${bloated.map(({ table, live, dead }) => `${table} ${dead} of ${live}`).join(", ") || "none"}`,
    ],
  ];
  log("");
  for (const [isMet, what] of lines) log(`${isMet ? "met    " : "NOT MET"}  ${what}`);
  return lines.every(([isMet]) => isMet);
}

/** The median of the slopes between all pairs of minutes (Theil and Sen), so that one outlier does not change it. */
function slopePerHour(values: number[]): number {
  const slopes = values.flatMap((from, start) =>
    values.slice(start + 1).map((to, index) => ((to - from) / (index + 1)) * 60),
  );
  return percentile(slopes, 0.5);
}
