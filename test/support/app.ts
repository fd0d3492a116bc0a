/** The whole product for a test: sandbox, app and jobs on free ports over a database of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import type { Hono } from "hono";
import pino, { type Logger } from "pino";
import type { SubscriptionStatus } from "../../shared/lifecycle.ts";
import type { Role } from "../../shared/roles.ts";
import { createNotify } from "../../server/compose/notify.ts";
import { readConfig } from "../../server/config.ts";
import { createDatabase, type Database } from "../../server/database/connection/database.ts";
import { listenForChanges } from "../../server/database/connection/change-listener.ts";
import { openOperationsOf } from "../../server/database/statements/subscription-facts.ts";
import { startApp } from "../../server/compose.ts";
import { createLandingPreview } from "../../server/http/landing/preview.ts";
import { changeAnswer } from "../../server/http/product-api/responses.ts";
import { createEndpointChannel } from "../../server/outbox/endpoint-channel.ts";
import { createEndpointSecrets } from "../../server/outbox/endpoint-secrets.ts";
import { createMailServer } from "../../server/outbox/mail-server.ts";
import { createOutwardCalls } from "../../server/outward/outward-calls.ts";
import { createAppToken } from "../../server/marketplace/app-token.ts";
import { createMarketplace } from "../../server/marketplace/client.ts";
import type { Marketplace } from "../../server/marketplace/types.ts";
import { createWebhookTokenVerifier } from "../../server/marketplace/verify-webhook-token.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import type { Settings } from "../../sandbox/model.ts";
import { createCallerFactory } from "../../server/trpc/init.ts";
import type { TrpcContext } from "../../server/trpc/trpc-context.ts";
import { appRouter } from "../../server/trpc/router.ts";
import { createTestDatabase, longTimeouts } from "./database.ts";
import { freePort } from "./ports.ts";
import { changeUntilTestEnds } from "./sandbox-settings.ts";

export const quiet = pino({ level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;

type RecordOfSubscription = {
  status: SubscriptionStatus;
  planId: string;
  quantity: number | null;
  openOperations: number;
};

type Options = {
  sample?: boolean;
  /** Settings of the sandbox, faster than Microsoft unless told otherwise. */
  sandboxSettings?: Record<string, unknown>;
  dashboard?: (app: Hono) => void;
  build?: string;
  /** Settings of the app in addition to those that all tests need. */
  settings?: Record<string, string>;
  /** Default: a quiet one. */
  log?: Logger;
};

/** Starts everything; `stop` ends it and drops the database. */
export async function startTestApp(options: Options = {}) {
  const testDatabase = await createTestDatabase();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "marketdesk-test-"));
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const sandbox = await startSandbox({
    port: 0,
    landingUrl: `${publicUrl}/landing`,
    webhookUrl: `${publicUrl}/webhooks/marketplace`,
    stateFile: null,
    sample: options.sample ?? false,
    webhookRetryMs: [50, 100, 200, 400],
  });
  const control = controlOf(sandbox.url);
  await control("settings", {
    operationDelayMs: 30,
    activationDelayMs: 30,
    listLagMs: 0,
    webhookDelayMs: 0,
    ...options.sandboxSettings,
  });
  const start = () =>
    startInstance({
      sandbox,
      databaseUrl: testDatabase.appUrl,
      dataDir,
      port,
      dashboard: options.dashboard,
      build: options.build,
      settings: options.settings,
      log: options.log,
    });
  let app = await start();
  const { db, close } = createDatabase({
    url: testDatabase.url,
    name: "test",
    max: 3,
    ...longTimeouts,
    log: quiet,
  });
  // The app uses its restricted role; the test itself accesses the database as the owner.
  const appDatabase = createDatabase({
    url: testDatabase.appUrl,
    name: "test",
    max: 3,
    ...longTimeouts,
    log: quiet,
  });
  const needsDatabase = createDatabase({
    url: testDatabase.appUrl,
    name: "test, needs",
    max: 1,
    ...longTimeouts,
    isPlannedOnce: true,
    log: quiet,
  });
  const marketplace = marketplaceOf(sandbox);
  const { entra, marketplaceApiUrl } = sandbox;
  const keys = createWebhookTokenVerifier({ entra });
  await keys.refreshKeys();
  const connection = { entra, marketplaceUrl: marketplaceApiUrl, publicUrl, knownKeys: keys.knownKeys };
  const endpointTools = endpointToolsOf(appDatabase.db);
  const notifyTools = notifyToolsOf(appDatabase.db, publicUrl, sandbox);
  const as = (role: Role, others: Partial<TrpcContext> = {}) =>
    callerOf(
      {
        db: appDatabase.db,
        needsDb: needsDatabase.db,
        marketplace,
        databaseUrl: testDatabase.appUrl,
        connection,
        endpointTools,
        notifyTools,
      },
      role,
      others,
    );
  /** The subscription as staff see it; null until it is stored. */
  const find = (id: string) =>
    as("viewer")
      .subscriptions.get({ id })
      .catch(() => null);
  /** What most waits ask for, at a fraction of the cost of `find`. */
  const record = async (id: string) => {
    const { rows } = await db.execute<RecordOfSubscription>(sql`
      select status, plan_id as "planId", quantity, ${openOperationsOf(sql`subscriptions.id`)} as "openOperations"
      from subscriptions where id = ${id}`);
    return rows[0] ?? null;
  };
  const purchase = async (input: object): Promise<string> => {
    const defaults = { offerId: "insight", planId: "team", quantity: 5, purchaser: "ada" };
    const created = await control<{ subscriptionId: string }>("purchases", { ...defaults, ...input });
    return created.subscriptionId;
  };
  // The reconciliation at each start must not race with what a test does.
  await eventually(async () => (await as("viewer").reconcile.runs()).some((run) => run.finishedAt !== null));
  return {
    url: publicUrl,
    databaseUrl: testDatabase.url,
    appDatabaseUrl: testDatabase.appUrl,
    sandbox,
    control,
    db,
    /** With the app's rights. */
    appDb: appDatabase.db,
    needsDb: needsDatabase.db,
    marketplace,
    connection,
    endpointTools,
    notifyTools,
    as,
    find,
    record,
    /** Buys five seats without activation and refreshes them, because Microsoft sends no webhook for them. */
    async buy(input: object = {}): Promise<string> {
      const subscriptionId = await purchase(input);
      await as("operator").subscriptions.refresh({ subscriptionId });
      return subscriptionId;
    },
    /** Buys five seats that Microsoft activates automatically, and waits until their webhook has settled. */
    async buyActive(input: object = {}): Promise<string> {
      const id = await purchase({ autoActivate: true, ...input });
      await eventually(async () => {
        const found = await record(id);
        return found?.status === "Subscribed" && found.openOperations === 0;
      });
      return id;
    },
    /** Ends the wait for an operation's effect. False while Marketdesk does not wait for one. */
    async expireEffectWait(subscriptionId: string, action: string): Promise<boolean> {
      const { rowCount } = await db.execute(sql`
        update operations set effect_awaited_since = now() - interval '11 minutes', due_at = now()
        where subscription_id = ${subscriptionId} and action = ${action} and effect_awaited_since is not null
          and stage <> 'settled' and claimed_by is null`);
      return (rowCount ?? 0) > 0;
    },
    /** Changes settings of the sandbox until the test has ended. */
    changeSettings: (changed: Partial<Settings>) => changeUntilTestEnds(control, changed),
    /** Delivers a body to the webhook as Microsoft would. */
    async deliver(body: unknown): Promise<Response> {
      const { token } = await control<{ token: string }>("webhook-token", {});
      return fetch(`${publicUrl}/webhooks/marketplace`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    },
    /** Ends the app and starts it again on the same database, as after a deployment. */
    async restart(): Promise<void> {
      await app.stop();
      app = await start();
    },
    stopApp: () => app.stop(),
    async startApp(): Promise<void> {
      app = await start();
    },
    async stop(): Promise<void> {
      await app.stop();
      await sandbox.stop();
      await close();
      await appDatabase.close();
      await needsDatabase.close();
      await testDatabase.drop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const testSecret = "a secret of the tests, as long as secrets must be";

/** What commands of endpoints use, as the app has it. */
function endpointToolsOf(db: Database) {
  const outward = createOutwardCalls({ allowedHosts: ["localhost", "127.0.0.1"] });
  const secrets = createEndpointSecrets(testSecret);
  const channel = createEndpointChannel({ db, outward, secrets, render: changeAnswer, now: () => new Date() });
  return { addressProblem: outward.addressProblem, secrets, sendTest: channel.post, wake: () => {} };
}

/** What commands of notifications use, as the app has it. */
function notifyToolsOf(db: Database, publicUrl: string, sandbox: Sandbox) {
  const { tools } = createNotify({
    db,
    mailServer: createMailServer({ url: sandbox.smtpUrl, from: "Marketdesk <marketdesk@contoso.com>" }),
    publicUrl,
    sandboxUrl: sandbox.url,
    secret: testSecret,
    outward: createOutwardCalls({ allowedHosts: ["localhost", "127.0.0.1"] }),
    now: () => new Date(),
    log: quiet,
  });
  return { ...tools, wake: () => {} };
}

/** One more instance of the app over the same database and sandbox. */
export function startInstance(options: {
  sandbox: Sandbox;
  databaseUrl: string;
  dataDir: string;
  port: number;
  dashboard?: (app: Hono) => void;
  build?: string | undefined;
  settings?: Record<string, string>;
  log?: Logger;
}) {
  const { entra, marketplaceApiUrl, url } = options.sandbox;
  const config = readConfig({
    OUTGOING_LOCAL_HOSTS: "localhost, 127.0.0.1",
    SESSION_SECRET: testSecret,
    ...options.settings,
    PORT: String(options.port),
    DATABASE_URL: options.databaseUrl,
    DATA_DIR: options.dataDir,
    MARKETPLACE_API_URL: marketplaceApiUrl,
    ENTRA_AUTHORITY: url,
    ENTRA_TENANT_ID: entra.tenantId,
    ENTRA_CLIENT_ID: entra.clientId,
    ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : "",
    ENTRA_LANDING_CLIENT_ID: entra.landing.clientId,
    ENTRA_LANDING_CLIENT_SECRET: entra.landing.clientSecret ?? "",
  });
  return startApp(config, {
    log: options.log ?? quiet,
    dashboard: options.dashboard ?? (() => {}),
    build: options.build,
    // Otherwise a job would change what a test has prepared whenever a minute ends.
    hasSchedule: false,
  });
}

/** Acts as Microsoft: `control("subscriptions/ID/suspend", {})`; without a body it reads. */
export function controlOf(sandboxUrl: string) {
  return async <Answer = Record<string, never>>(act: string, body?: object, method?: string): Promise<Answer> => {
    const response = await fetch(`${sandboxUrl}/control/${act}`, {
      method: method ?? (body ? "POST" : "GET"),
      headers: body ? { "content-type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!response.ok) throw new Error(`${act}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
}

function marketplaceOf(sandbox: Sandbox): Marketplace {
  const token = createAppToken(sandbox.entra, {});
  return createMarketplace({ baseUrl: sandbox.marketplaceApiUrl, getToken: token.get, forgetToken: token.forget });
}

const createCaller = createCallerFactory(appRouter);

/** The procedures, called as staff with this role. */
function callerOf(
  deps: Pick<TrpcContext, "db" | "needsDb" | "marketplace" | "connection" | "endpointTools" | "notifyTools"> & {
    databaseUrl: string;
  },
  role: Role,
  others: Partial<TrpcContext>,
) {
  return createCaller({
    db: deps.db,
    slowDb: deps.db,
    needsDb: deps.needsDb,
    marketplace: deps.marketplace,
    now: () => new Date(),
    today: null,
    log: quiet,
    changes: {
      follow: async function* (signal) {
        const changes = await listenForChanges({ url: deps.databaseUrl, log: quiet });
        try {
          yield* changes.follow(signal);
        } finally {
          await changes.stop();
        }
      },
      stop: () => Promise.resolve(),
    },
    sandboxUrl: null,
    signing: { db: deps.db, secret: testSecret, now: () => new Date() },
    isSignInFresh: true,
    sessionId: null,
    connection: deps.connection,
    endpointTools: deps.endpointTools,
    notifyTools: deps.notifyTools,
    previewLanding: createLandingPreview({ db: deps.db, now: () => new Date() }),
    staff: { id: `tenant:${role}`, name: `Test ${role}`, email: `${role}@example.com`, role },
    recheckRole: () => Promise.resolve(role),
    watchSignIn: () => () => {},
    takeStream: () => ({ isOpen: true, release: () => {} }),
    refusedOrigin: null,
    submissionId: null,
    expectedStaffId: null,
    ...others,
  });
}

/**
 * Waits until `ask` returns a value other than false, null and undefined. It asks less often the longer it waits and the
 * longer the answers take: in a whole run, frequent asking kept the processors busy and delayed what was waited for.
 */
export async function eventually<Answer>(
  ask: () => Promise<Answer | null | undefined | false>,
  withinMs = 30_000,
): Promise<Answer> {
  const begunAt = performance.now();
  for (;;) {
    const askedAt = performance.now();
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    const waitedMs = performance.now() - begunAt;
    if (waitedMs > withinMs)
      throw new Error(`the condition was not met within ${withinMs} ms: ${ask.toString().slice(0, 200)}`);
    const tookMs = performance.now() - askedAt;
    const pauseMs = Math.min(Math.max(10, waitedMs / 8, 2 * tookMs), 500);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
