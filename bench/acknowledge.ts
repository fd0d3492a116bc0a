/** From a customer's change to our answer at Microsoft, with a Marketplace that takes 50 ms for each call. */
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchEnvironment, connect } from "./environment/bench-environment.ts";
import { percentile } from "./environment/percentiles.ts";
import { loadPaced } from "./environment/http-load.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { nextWebhook } from "./intake.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

const marketplaceMs = 50;
/** The rate that the targets apply to. */
const targetPerSecond = 100;

export async function benchAcknowledge(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const [paces, ms] = benchEnvironment.scale === "quick" ? [[20], 3_000] : [[20, 50, targetPerSecond], 15_000];
  const microsoft = await startMicrosoft({ delayMs: marketplaceMs });
  const rows: Measurement[] = [];
  try {
    for (const perSecond of paces) rows.push(...(await atPace(benchEnvironment, microsoft, perSecond, ms)));
    return rows;
  } finally {
    microsoft.stop();
  }
}

type Microsoft = Awaited<ReturnType<typeof startMicrosoft>>;

async function atPace(
  benchEnvironment: BenchEnvironment,
  microsoft: Microsoft,
  perSecond: number,
  ms: number,
): Promise<Measurement[]> {
  const [token = ""] = await microsoft.tokens(1);
  const database = await benchEnvironment.createDatabase();
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  const client = await connect(database.url);
  try {
    const next = () => nextWebhook(app.url, token);
    // The first webhooks are slower: they also fetch a token, open connections and compile code.
    await loadPaced(app.url, { perSecond, ms: 1_000, next });
    await sleep(1_500);
    const since = new Date();
    const load = await loadPaced(app.url, { perSecond, ms, next });
    const latencies = await acknowledged(client, since, load.sent);
    const late = load.sent - latencies.filter((latency) => latency <= 10_000).length;
    const isTarget = perSecond === targetPerSecond;
    const name = `webhook to acknowledged, ${perSecond} a second`;
    return [
      withVerdict(
        { name: `${name}: p50`, value: percentile(latencies, 0.5), unit: "ms" },
        ...(isTarget ? [maximum(300)] : []),
      ),
      withVerdict(
        { name: `${name}: p99`, value: percentile(latencies, 0.99), unit: "ms" },
        ...(isTarget ? [maximum(1_000)] : []),
      ),
      withVerdict(
        { name: `${name}: not within 10 s`, value: late, unit: "webhooks", note: `of ${load.sent}` },
        maximum(0),
      ),
    ];
  } finally {
    await client.end();
    await app.kill();
    await database.drop();
  }
}

type Client = Awaited<ReturnType<typeof connect>>;

/** From receiving a webhook to having Microsoft's 200 for our answer, in milliseconds; waits for those in progress. */
async function acknowledged(client: Client, since: Date, expected: number): Promise<number[]> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const { rows } = await client.query<{ ms: number }>(
      `select (extract(epoch from o.acknowledged_at - d.received_at) * 1000)::float8 as ms
       from webhook_deliveries d join operations o on o.id = d.operation_id
       where d.received_at >= $1 and o.acknowledged_at is not null`,
      [since],
    );
    if (rows.length >= expected || performance.now() > deadline) return rows.map(({ ms }) => ms);
    await sleep(200);
  }
}
