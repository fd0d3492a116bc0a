/** Audit trails of different lengths: reading them, and whether large tables slow down the intake. */
import { sql } from "drizzle-orm";
import { encodeCursor } from "../server/database/statements/keyset.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { median } from "./environment/percentiles.ts";
import { loadFor } from "./environment/http-load.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { compareSizes, type BenchQuery, type Site } from "./environment/dashboard-queries.ts";
import { nextWebhook } from "./intake.ts";
import { minimum, withVerdict, type Measurement } from "./measurement.ts";
import { seed } from "./seed.ts";

const sizes = { quick: [5_000, 50_000], usual: [100_000, 1_000_000], full: [100_000, 1_000_000, 10_000_000] };
const subscriptions = { quick: 500, usual: 5_000, full: 50_000 };

export async function benchHistory(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const rows = await compareSizes(benchEnvironment, {
    sizes: sizes[benchEnvironment.scale],
    sizesOf: (activity) => ({ subscriptions: subscriptions[benchEnvironment.scale], activity }),
    what: "audit entries",
    queriesOf: looksOf,
  });
  return [...rows, await intakeIntoLarge(benchEnvironment)];
}

async function looksOf({ db }: Site): Promise<BenchQuery[]> {
  const { rows: busiest } = await db.execute<{ id: string }>(
    sql`select subscription_id as id from activity group by 1 order by count(*) desc limit 1`,
  );
  const id = busiest[0]?.id ?? "";
  const { rows: places } = await db.execute<{ id: string }>(
    sql`select id from activity where subscription_id = ${id} order by md5(id::text) limit 40`,
  );
  const { rows: others } = await db.execute<{ id: string }>(
    sql`select id from subscriptions order by md5(id) limit 40`,
  );
  const timeline = (name: string, inputs: { id: string; cursor?: string }[]): BenchQuery => ({
    name: `timeline, ${name}`,
    procedure: "subscriptions.timeline",
    inputs,
    maxRatio: 1.5,
  });
  return [
    timeline("any subscription", others),
    timeline("the busiest subscription", [{ id }]),
    timeline(
      "pages within the busiest one",
      places.map((place) => ({ id, cursor: encodeCursor({ value: null, id: place.id }) })),
    ),
  ];
}

/** The intake with a long audit trail and with empty tables, in alternation. */
async function intakeIntoLarge(benchEnvironment: BenchEnvironment): Promise<Measurement> {
  const [rounds, ms] = benchEnvironment.scale === "quick" ? [2, 1_000] : [5, 5_000];
  const activity = sizes[benchEnvironment.scale].at(-1) ?? 0;
  const microsoft = await startMicrosoft({ isHanging: true });
  const [token = ""] = await microsoft.tokens(1);
  const large = await benchEnvironment.createDatabase();
  await seed(large.url, { subscriptions: subscriptions[benchEnvironment.scale], activity });
  const measured: { empty: number; large: number }[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const empty = await benchEnvironment.createDatabase();
      measured.push({ empty: await rate(empty.url), large: await rate(large.url) });
      await empty.drop();
    }
  } finally {
    microsoft.stop();
    await large.drop();
  }

  async function rate(databaseUrl: string): Promise<number> {
    const app = await startInstance({ benchEnvironment, microsoft, databaseUrl });
    const next = () => nextWebhook(app.url, token);
    await loadFor(app.url, { connections: 32, ms: ms / 2, next });
    const load = await loadFor(app.url, { connections: 32, ms, next });
    await app.kill();
    return load.sent / load.seconds;
  }

  return withVerdict(
    {
      name: `webhook intake with ${activity.toLocaleString("en-US")} audit entries`,
      value: median(measured.map((round) => round.large)),
      unit: "webhooks/s",
      raw: median(measured.map((round) => round.empty)),
      ratio: median(measured.map((round) => round.large / round.empty)),
      note: "raw: with empty tables",
    },
    minimum(0.7, "ratio"),
  );
}
