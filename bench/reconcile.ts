/** How fast reconciliation is, how many calls it makes, and how much memory it needs. `node bench/reconcile.ts` alone. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startEmbeddedPostgres } from "../server/database/embedded/postgres.ts";
import { migrate } from "../server/database/migrations/migrate.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { removeData } from "../test/support/global-database.ts";
import type { Figures, WorkerCommand } from "./reconcile-worker.ts";
import { maximum, withVerdict, type Measurement } from "./measurement.ts";

const pageSize = 100;
const drifted = 10_000;

/** @param subscriptions in the sandbox, at most 200,000; the memory is compared with that for a tenth of them */
export async function benchReconcile(
  subscriptions = 50_000,
  log: (line: string) => void = () => {},
): Promise<Measurement[]> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-bench-"));
  await chmod(dataDir, 0o711);
  const database = await startEmbeddedPostgres({ dataDir, log: () => {} });
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: "http://localhost:9/landing",
    webhookUrl: "http://localhost:9/webhooks/marketplace",
    stateFile: null,
    sample: false,
  });
  const client = new pg.Client({ connectionString: database.url });
  let worker: Worker | null = null;
  try {
    await migrate(database.url);
    await client.connect();
    const tenth = Math.floor(subscriptions / 10);
    await addSubscriptions(sandbox.url, tenth, 1);
    worker = await startWorker(sandbox, database.url);
    await worker.ask({ do: "compare" });
    const few = await worker.ask({ do: "compare" });
    await addSubscriptions(sandbox.url, subscriptions - tenth, 2);
    const raw = await worker.ask({ do: "list" });
    const first = await worker.ask({ do: "compare" });
    log(`reconcile: ${subscriptions - tenth} added in ${Math.round(first.ms / 1_000)} s`);
    const equal = await worker.ask({ do: "compare" });
    log(`reconcile: ${subscriptions} compared in ${Math.round(equal.ms / 1_000)} s`);
    const repaired = Math.min(drifted, tenth);
    await client.query(
      "update subscriptions set name = name || ' before', version = version + 1 where id in (select id from subscriptions order by id limit $1)",
      [repaired],
    );
    const repair = await worker.ask({ do: "compare" });
    await expectNothingLeft(client);
    return rowsOf({ subscriptions, tenth, repaired, few, raw, first, equal, repair });
  } finally {
    worker?.stop();
    await client.end();
    await sandbox.stop();
    await database.stop();
    await removeData(dataDir);
  }
}

type Measured = Record<"few" | "raw" | "first" | "equal" | "repair", Figures> &
  Record<"subscriptions" | "tenth" | "repaired", number>;

function rowsOf({ subscriptions, tenth, repaired, few, raw, first, equal, repair }: Measured): Measurement[] {
  const perSecond = (count: number, { ms }: Figures) => Math.round(count / (ms / 1_000));
  const many = subscriptions.toLocaleString("en-US");
  const growth = Math.max(...[first, equal, repair].map(({ peakMb, idleMb }) => peakMb - idleMb));
  return [
    withVerdict({
      name: `reconcile: ${many} equal subscriptions`,
      value: perSecond(subscriptions, equal),
      unit: "subscriptions/s",
      raw: perSecond(subscriptions, raw),
      note: "the raw limit reads Microsoft's list and does nothing with it",
    }),
    withVerdict({
      name: `reconcile: ${(subscriptions - tenth).toLocaleString("en-US")} unknown subscriptions added`,
      value: perSecond(subscriptions - tenth, first),
      unit: "subscriptions/s",
    }),
    withVerdict(
      {
        name: "reconcile: calls a page when nothing differs",
        value: equal.calls / Math.ceil(subscriptions / pageSize),
        unit: "calls/page",
        raw: 1,
      },
      maximum(1.02),
    ),
    withVerdict(
      {
        name: `reconcile: memory above idle at ${many}`,
        value: growth,
        unit: "MB",
        note: `resident memory at its peak, the worst of three runs; live memory after it is ${(equal.heapMb / few.heapMb).toFixed(2)} × that after a tenth of the subscriptions`,
      },
      maximum(100),
    ),
    withVerdict(
      {
        name: `reconcile: ${repaired.toLocaleString("en-US")} of ${many} drifted and repaired (F26)`,
        value: repair.ms / 1_000,
        unit: "s",
      },
      maximum(600),
    ),
  ];
}

async function expectNothingLeft(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ left: number; failed: number }>(
    "select (select count(*)::int from subscriptions where name like '% before') as left, (select sum(failed)::int from reconcile_runs) as failed",
  );
  const [found] = rows;
  if (found?.left !== 0 || found.failed !== 0) throw new Error(`not everything was repaired: ${JSON.stringify(found)}`);
}

async function addSubscriptions(sandboxUrl: string, count: number, seed: number): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/control/sample`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ count, seed }),
  });
  if (!answer.ok) throw new Error(`the sandbox did not add subscriptions: ${await answer.text()}`);
}

type Worker = { ask: (order: WorkerCommand) => Promise<Figures>; stop: () => void };
type WorkerMessage = { ready?: true; figures?: Figures; error?: string };

async function startWorker(sandbox: Awaited<ReturnType<typeof startSandbox>>, databaseUrl: string): Promise<Worker> {
  const { tenantId, clientId, credential } = sandbox.entra;
  const file = fileURLToPath(new URL("reconcile-worker.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", file], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      MARKETPLACE_API_URL: sandbox.marketplaceApiUrl,
      ENTRA_AUTHORITY: sandbox.url,
      ENTRA_TENANT_ID: tenantId,
      ENTRA_CLIENT_ID: clientId,
      ENTRA_CLIENT_SECRET: "secret" in credential ? credential.secret : "",
    },
  });
  await next(child);
  return {
    async ask(order) {
      const answer = next(child);
      child.send(order);
      const { figures } = await answer;
      if (!figures) throw new Error("the comparison gave no figures");
      return figures;
    },
    stop: () => void child.kill(),
  };
}

function next(child: ChildProcess): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error("the process of the comparison ended"));
    child.once("exit", ended);
    child.once("message", (message: WorkerMessage) => {
      child.off("exit", ended);
      if (message.error) reject(new Error(message.error));
      else resolve(message);
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await benchReconcile(Number(process.argv[2] ?? 50_000), console.error);
  console.table(rows);
}
