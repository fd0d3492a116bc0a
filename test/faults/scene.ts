/** The environment of a fault: a database of its own, a sandbox, a balancer and two instances of the app. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { buildDashboard } from "../../build/dashboard.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { type Instance, startInstance } from "./start-instance.ts";
import type { Sabotage } from "./fault-injection.ts";
import { type PoolMode, startPgBouncer } from "./pgbouncer.ts";
import type { Postgres } from "./controlled-postgres.ts";
import { openReceiver, type Receiver } from "./receiver.ts";
import { type Staff, signInStaff } from "./staff-client.ts";
import type { ReportedUsage } from "./usage-invariant.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A webhook that the fault itself posted. */
export type Post = { bodySha256: string; status: number | null; ms: number; retryAfter: string | null; at: number };

export type Control = <Answer = Record<string, never>>(act: string, body?: object, method?: string) => Promise<Answer>;

export type Scene = {
  postgres: Postgres;
  database: string;
  /** The address that the instances use: that of the proxy, if there is one. */
  databaseUrl: string;
  sandbox: Sandbox;
  control: Control;
  balancer: Balancer;
  proxy: TcpProxy | null;
  instances: Instance[];
  staff: Staff;
  posts: Post[];
  /** Usage that was answered as stored. */
  reported: ReportedUsage[];
  /** Endpoints of a product, each with what it accepted. */
  receivers: Receiver[];
  logFiles: string[];
  /** Posts a body to the webhook as Microsoft would; `port` names one instance. */
  post(body: unknown, options?: { token?: string; port?: number }): Promise<Post>;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Stops everything. Keeps the instances' logs if requested, and returns their folder. */
  close(options: { keepsLogs: boolean }): Promise<string | null>;
};

export type SceneOptions = {
  instances?: number;
  /** How many endpoints get events. Default: none. */
  endpoints?: number;
  sandboxSettings?: Record<string, unknown>;
  sabotage?: Sabotage | null;
  /** Clock error of each instance. */
  skewMs?: number[];
  heapMb?: number;
  hasProxy?: boolean;
  /** Also serves the dashboard's files. */
  hasDashboard?: boolean;
  /** Pauses between Microsoft's delivery attempts: its schedule, shortened. */
  webhookRetryMs?: number[];
  /** The instances reach PostgreSQL through PgBouncer. */
  pooler?: PoolMode;
  prepareDatabase?: (ask: (text: string) => Promise<unknown>) => Promise<unknown>;
};

export async function openScene(postgres: Postgres, options: SceneOptions = {}): Promise<Scene> {
  const database = `faults_${randomBytes(5).toString("hex")}`;
  await postgres.createDatabase(database);
  await options.prepareDatabase?.((text) => postgres.ask(database, text));
  const dataDir = await mkdtemp(join(tmpdir(), "marketdesk-fault-"));
  const proxy = options.hasProxy ? await startTcpProxy(postgres.port) : null;
  const pooler = options.pooler ? await startPgBouncer(postgres, options.pooler) : null;
  const databaseUrl = postgres.urlOf(database, pooler?.port ?? proxy?.port);
  const balancer = await startBalancer();
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${balancer.url}/landing`,
    webhookUrl: `${balancer.url}/webhooks/marketplace`,
    stateFile: null,
    sample: false,
    webhookRetryMs: options.webhookRetryMs ?? [100, 200, 400, 800, 1_000],
  });
  const control = controlOf(sandbox.url);
  await control("settings", {
    operationDelayMs: 60,
    activationDelayMs: 60,
    listLagMs: 20,
    webhookDelayMs: 5,
    webhookTimeoutMs: 5_000,
    webhookAttempts: 5_000,
    ...options.sandboxSettings,
  });
  const dashboardDir = options.hasDashboard ? await buildDashboard(() => {}) : undefined;
  const count = options.instances ?? 2;
  const logFiles = Array.from({ length: count }, (_, index) => join(dataDir, `instance-${index}.log`));
  const instances = await Promise.all(
    logFiles.map((logFile, index) =>
      startInstance({
        sandbox,
        databaseUrl,
        publicUrl: balancer.url,
        dataDir,
        logFile,
        sabotage: options.sabotage ?? null,
        skewMs: options.skewMs?.[index] ?? 0,
        heapMb: options.heapMb,
        dashboardDir,
      }),
    ),
  );
  balancer.use(instances.map((instance) => instance.port));
  const staff = await signInStaff(balancer.url);
  const positionNow = async () => {
    const rows = await postgres.ask<{ position: number }>(
      database,
      "select coalesce(max(position), 0)::int as position from events",
    );
    return rows[0]?.position ?? 0;
  };
  const receivers: Receiver[] = [];
  for (let index = 0; index < (options.endpoints ?? 0); index += 1) {
    receivers.push(await openReceiver(staff, `Product ${index + 1}`, positionNow));
  }
  const posts: Post[] = [];
  let token: { text: string; until: number } | null = null;

  async function currentToken(): Promise<string> {
    if (token === null || token.until < Date.now()) {
      const made = await control<{ token: string }>("webhook-token", {});
      token = { text: made.token, until: Date.now() + 60_000 };
    }
    return token.text;
  }

  const scene: Scene = {
    postgres,
    database,
    databaseUrl,
    sandbox,
    control,
    balancer,
    proxy,
    instances,
    staff,
    posts,
    reported: [],
    receivers,
    logFiles,
    async post(body, where = {}) {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const authorization = `Bearer ${where.token ?? (await currentToken())}`;
      const url = where.port ? `http://localhost:${where.port}` : balancer.url;
      const at = Date.now();
      const startedAt = performance.now();
      const answer = await fetch(`${url}/webhooks/marketplace`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: new Uint8Array(bytes),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => null);
      await answer?.arrayBuffer().catch(() => {});
      const made = {
        bodySha256: createHash("sha256").update(bytes).digest("hex"),
        status: answer?.status ?? null,
        ms: performance.now() - startedAt,
        retryAfter: answer?.headers.get("retry-after") ?? null,
        at,
      };
      posts.push(made);
      return made;
    },
    query: (text, values) => postgres.ask(database, text, values),
    async close({ keepsLogs }) {
      await Promise.all(instances.map(async (instance) => (instance.hasEnded() ? 0 : instance.kill())));
      await balancer.close();
      await Promise.all(receivers.map((receiver) => receiver.close()));
      await sandbox.stop();
      await proxy?.close();
      await pooler?.close();
      if (!postgres.hasEnded()) await postgres.dropDatabase(database).catch(() => {});
      if (keepsLogs) return dataDir;
      await rm(dataDir, { recursive: true, force: true });
      return null;
    },
  };
  return scene;
}

/** Acts as Microsoft; reads without a body. Throws on a refusal, with its status first. */
export function controlOf(sandboxUrl: string): Control {
  return async <Answer>(act: string, body?: object, method?: string): Promise<Answer> => {
    const response = await fetch(`${sandboxUrl}/control/${act}`, {
      method: method ?? (body ? "POST" : "GET"),
      headers: body ? { "content-type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!response.ok) throw new Error(`${response.status} ${act}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

/** Repeats until the answer is neither false nor null; false when the time has passed. */
export async function waitUntil(ask: () => Promise<unknown>, withinMs: number, everyMs = 50): Promise<boolean> {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer !== null && answer !== undefined && answer !== false) return true;
    if (Date.now() > until) return false;
    await sleep(everyMs);
  }
}

/** The output of all instances. */
export async function readLogs(scene: Scene): Promise<string> {
  const texts = await Promise.all(scene.logFiles.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts.join("\n");
}
