/** Reading entitlements, as the product does at each sign-in, at 100,000 subscriptions. */
import { sql } from "drizzle-orm";
import { makeApiKey } from "../server/commands/product/api-keys.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { loadOf, requestText } from "./environment/http-load.ts";
import { median, percentile } from "./environment/percentiles.ts";
import { startInstance } from "./environment/start-app-process.ts";
import { startMicrosoft } from "./environment/start-fake-microsoft.ts";
import { maximum, type Measurement, withVerdict } from "./measurement.ts";
import { seed } from "./seed.ts";
import { openPool } from "./environment/dashboard-queries.ts";

const sizes = { quick: 10_000, usual: 100_000, full: 100_000 };
const rounds = { quick: 3, usual: 7, full: 7 };
/** Below the limit of calls of one key, so that no call waits. */
const callsPerRound = 150;
const targetMs = 5;

export async function benchEntitlements(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  const subscriptions = sizes[benchEnvironment.scale];
  const activity = subscriptions * 4;
  const database = await benchEnvironment.openDatabase(`marketdesk_seeded_${subscriptions}_${activity}`);
  if (database.isEmpty) await seed(database.url, { subscriptions, activity }, benchEnvironment.log);
  const microsoft = await startMicrosoft();
  const app = await startInstance({ benchEnvironment, microsoft, databaseUrl: database.url });
  const db = openPool(database.url);
  try {
    const { rows } = await db.execute<{ tenant: string; user: string }>(
      sql`select beneficiary_tenant_id as tenant, beneficiary_object_id as "user" from subscriptions order by md5(id) limit 100`,
    );
    const actor = { kind: "system", name: "Bench" } as const;
    const p95: Record<string, number[]> = {};
    for (let round = 0; round < rounds[benchEnvironment.scale]; round += 1) {
      // Each round has its own key, and with it a full allowance of calls.
      const { id, key } = await makeApiKey(
        { actor, db, now: () => new Date() },
        { name: `Bench ${round} ${Date.now()}` },
      );
      const headers = { authorization: `Bearer ${key}` };
      for (const [name, path] of [
        ["entitlements", "/api/v1/entitlements"],
        ["raw: the liveness check", "/healthz"],
      ] as const) {
        const urls = rows.map(({ tenant, user }) => `${app.url}${path}?tenant=${tenant}&user=${user}`);
        const requests = Array.from({ length: callsPerRound }, (_, index) =>
          requestText("GET", urls[index % urls.length] ?? "", headers),
        );
        const load = await loadOf(app.url, requests);
        if (load.refused > 0) throw new Error(`${name}: ${load.refused} of ${load.sent} were not answered with 200`);
        (p95[name] ??= []).push(percentile(load.latenciesMs, 0.95));
      }
      await db.execute(sql`delete from api_keys where id = ${id}`);
    }
    return [
      withVerdict(
        {
          name: `entitlements of a tenant: p95 at ${subscriptions.toLocaleString("en-US")} subscriptions`,
          value: median(p95["entitlements"] ?? []),
          unit: "ms",
          raw: median(p95["raw: the liveness check"] ?? []),
          note: "raw: the liveness check of the same instance",
        },
        maximum(targetMs),
      ),
    ];
  } finally {
    await app.kill();
    microsoft.stop();
    await db.$client.end();
    await database.drop();
  }
}
