/** F28: PgBouncer in front of PostgreSQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { prepareDatabase } from "../../../server/database/migrations/migrate.ts";
import type { Fault } from "../fault.ts";
import { tally } from "../statistics.ts";
import { missingPgBouncer, startPgBouncer } from "../pgbouncer.ts";
import { waitUntil } from "../scene.ts";
import { createTraffic } from "../traffic.ts";

const behindPooler: Fault = {
  id: "F28",
  title: "PgBouncer: session mode works, transaction mode is refused at startup",
  missing: missingPgBouncer,
  scene: { pooler: "session" },
  async run(scene, { outcome, seed, seconds }) {
    const traffic = createTraffic(scene, { seed, actsPerSecond: 12, customers: 20 });
    await traffic.begin();
    await sleep(seconds * 1_000);
    await traffic.end();
    const readiness = await Promise.all(
      scene.instances.map(async ({ port }) => (await fetch(`http://localhost:${port}/readyz`)).status),
    );
    const isSettled = await waitUntil(
      async () => (await scene.query(`select 1 from operations where stage <> 'settled'`)).length === 0,
      20_000,
    );
    const transactions = await startPgBouncer(scene.postgres, "transaction");
    const refusal = await prepareDatabase(scene.postgres.urlOf(scene.database, transactions.port)).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    await transactions.close();
    outcome.note(`${traffic.figures().acts} acts of customers and staff behind PgBouncer in session mode`);
    outcome.figure("/readyz", tally(readiness));
    outcome.must(
      readiness.every((status) => status === 200),
      `/readyz said ${readiness.join(", ")}`,
    );
    outcome.must(isSettled, "operations were left unsettled behind PgBouncer in session mode");
    outcome.must(
      refusal.includes("a connection pooler in transaction mode") && refusal.includes("Use the pooler's session mode"),
      `transaction mode was not refused with a message: ${refusal}`,
    );
  },
};

export const poolerFaults = [behindPooler];
