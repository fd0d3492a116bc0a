/** The composition root: config → database → clients → http and jobs → a graceful stop. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { RequestListener, Server } from "node:http";
import { hostname } from "node:os";
import path from "node:path";
import type { Hono } from "hono";
import type { Logger } from "pino";
import { openAnchorFile } from "./commands/upkeep/anchor-file.ts";
import { recordCredentials } from "./commands/connection/credentials.ts";
import { createIntake, intakeConnections } from "./commands/operations/receive-webhook.ts";
import { startReconcile } from "./commands/reconcile/reconcile.ts";
import { runOperation } from "./commands/operations/settle-operation.ts";
import { recordCall } from "./commands/operations/step-trace.ts";
import type { Config, EntraConfig } from "./config.ts";
import { createCallRecorder } from "./database/writes/call-record.ts";
import { createDatabase } from "./database/connection/database.ts";
import { startEmbeddedPostgres } from "./database/embedded/postgres.ts";
import { DatabaseUnusable } from "./database/connection/explain.ts";
import { prepareDatabase } from "./database/migrations/migrate.ts";
import { replayTarget, isNewDesk } from "./compose/sample-history.ts";
import { createEntraApp } from "./auth/entra-app.ts";
import { createStaffRecheck } from "./auth/staff-recheck.ts";
import { createApp } from "./http/app.ts";
import { listenForChanges } from "./database/connection/change-listener.ts";
import { createReadiness } from "./http/readiness.ts";
import { drainAndClose } from "./http/connection-draining.ts";
import { createClientAddress } from "./http/limits/client-address.ts";
import { createPublicServer } from "./http/port/public-server.ts";
import { createRefusals } from "./http/refused-requests.ts";
import { createRejectedCalls } from "./http/rejected-calls.ts";
import { signInPaths } from "./http/sign-in.ts";
import { enqueueFigures } from "./database/writes/enqueue.ts";
import { startRollups } from "./jobs/rollups.ts";
import { startAlarms } from "./jobs/alarms.ts";
import { createProbe } from "./jobs/probe-access.ts";
import { startSettling } from "./jobs/settling.ts";
import { createTasks, cron } from "./jobs/tasks.ts";
import { jobConcurrency, startWorker } from "./jobs/worker.ts";
import { createAccessWatch } from "./marketplace/access-watch.ts";
import { createAppToken } from "./marketplace/app-token.ts";
import { createBreaker } from "./marketplace/breaker.ts";
import { createEntraFetch } from "./marketplace/entra-fetch.ts";
import { noteLostAccess } from "./commands/settings/end-staff-access.ts";
import { createMarketplace } from "./marketplace/client.ts";
import type { CallRecord } from "./marketplace/types.ts";
import { createWebhookTokenVerifier } from "./marketplace/verify-webhook-token.ts";

/** Statements of its runs wait for each other and go together, so that a few connections serve many runs. */
const settlingConnections = 8;
/** After so long PostgreSQL gives up a statement that a page waits for. */
const replayTimeoutMs = 2_000;

/** A first comparison of a small publisher is over by then; what a longer one finds is counted the next time. */
const figuresAfterMs = 15_000;
const microsoftApi = "https://marketplaceapi.microsoft.com/api";

export type RunningApp = {
  url: string;
  sandboxUrl: string | null;
  /** Resolves when the app is ready: at once, or when the sandbox has played the sample's past. Never rejects. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

export type StartOptions = {
  log: Logger;
  /** Mounts the dashboard; it gets the HTTP server because a development server shares it. */
  dashboard: (app: Hono, server: Server) => void;
  /** Whether a sandbox that starts empty gets the sample subscriptions. */
  hasSample?: boolean;
  /** False: clients and accounts may ask as fast as they like. For measurements only. */
  hasLimits?: boolean;
  now?: () => Date;
};

/**
 * Starts everything that the configuration asks for; what was started is stopped again when a later part fails.
 *
 * @throws Error in a sentence: a port that is taken, a database that cannot be reached
 */
export async function startApp(config: Config, options: StartOptions): Promise<RunningApp> {
  const { log, now = () => new Date() } = options;
  let historyOffsetMs = () => 0;
  /** The desk's time: while the sandbox plays the sample's past, the desk lives in it. What only keeps it going does not. */
  const deskNow = () => new Date(now().getTime() + historyOffsetMs());
  const parts: { name: string; stop: () => Promise<unknown> }[] = [];
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) {
      await part
        .stop()
        .catch((error: unknown) => log.warn({ err: error, part: part.name }, "a part did not stop cleanly"));
    }
  };
  const started = <Part>(name: string, part: Part, stopPart: (part: Part) => Promise<unknown>): Part => {
    parts.push({ name, stop: () => stopPart(part) });
    return part;
  };
  try {
    return await compose();
  } catch (error) {
    await stop();
    throw error;
  }

  async function compose(): Promise<RunningApp> {
    // First of all, so that a port that is taken is told at once; until the app is there, requests are answered with 503.
    let answer: RequestListener = (_request, response) => {
      response.writeHead(503, { "Retry-After": "5" }).end("starting");
    };
    const clients = createClientAddress(config.trustedProxies);
    const publicServer = createPublicServer((request, response) => answer(request, response), clients);
    const server = started("port", publicServer, drainAndClose);
    const port = await listen(server, config);
    const publicUrl = config.publicUrl.replace(/:0$/, `:${port}`);

    await mkdir(config.dataDir, { recursive: true });
    const url = config.databaseUrl ?? (await startDatabase());
    await prepareDatabase(url);
    const pool = (
      name: string,
      max: number,
      statementTimeoutMs: number,
      others: { connectTimeoutMs?: number; isByKey?: boolean; isPrompt?: boolean } = {},
    ) =>
      started(`pool ${name}`, createDatabase({ url, name, max, statementTimeoutMs, ...others, log }), (part) =>
        part.close(),
      );
    const main = pool("desk", 10, replayTimeoutMs, { isPrompt: true });
    // Exports, and what an admin's rule would have done: they read much by their nature, one page or one day after another.
    const slowPool = pool("desk, long reads", 3, 30_000);
    // A database that refuses says so at once; one that is only busy gets the time that Microsoft leaves for an answer.
    const intakePool = pool("webhook", intakeConnections, 2_000, { connectTimeoutMs: 3_000 });
    const settlingPool = pool("settling", settlingConnections, 30_000, { isByKey: true });
    const jobs = pool("jobs", jobConcurrency + 2, 30_000);

    const sandbox = config.entra === null ? await startOwnSandbox(publicUrl, await isNewDesk(main.db)) : null;
    if (sandbox?.history) historyOffsetMs = sandbox.history.offsetMs;
    const entra = config.entra ?? (sandbox?.entra as EntraConfig);
    const baseUrl = config.marketplaceApiUrl ?? sandbox?.marketplaceApiUrl ?? microsoftApi;
    const calls = started("calls", createCallRecorder({ db: jobs.db, log }), (part) => part.stop());
    const access = createAccessWatch(now);
    const dated = (call: CallRecord) => ({ ...call, at: new Date(call.at.getTime() + historyOffsetMs()) });
    const entraFetch = createEntraFetch((call) => calls.note(dated(call)), now);
    const token = createAppToken(entra, { now, log, watch: access, entraFetch });
    const breaker = createBreaker(now);
    const marketplace = createMarketplace({
      baseUrl,
      breaker,
      watch: access,
      getToken: token.get,
      forgetToken: token.forget,
      onCall: (call) => {
        if (!recordCall(dated(call))) calls.note(dated(call));
      },
      onClock: (aheadMs) => alarms.recordMicrosoftClock(aheadMs),
      log,
      now,
    });
    const alarms = started(
      "alarms",
      startAlarms({
        db: main.db,
        instance: `${hostname()}:${port}`,
        outage: breaker.outage,
        access,
        probe: createProbe({ db: main.db, marketplace, token, access, now: deskNow }),
        now,
        log,
      }),
      (part) => part.stop(),
    );

    const verifier = started(
      "webhook keys",
      createWebhookTokenVerifier({ entra, now, log, entraFetch }),
      async (part) => part.stop(),
    );
    verifier.start();
    const settlingDeps = {
      db: settlingPool.db,
      marketplace,
      now: deskNow,
      log,
      actor: { kind: "system" as const, name: "Marketdesk" },
    };
    const intake = createIntake({ pool: intakePool.pool, onStored: () => settling.wake() });
    const settling = started(
      "settling",
      startSettling({
        url,
        db: settlingPool.db,
        run: (operation) => runOperation(settlingDeps, operation),
        isIntakeBusy: intake.isBusy,
        log,
      }),
      (part) => part.stop(),
    );
    const changes = started("changes", await listenForChanges({ url, log, onWork: settling.wake }), (part) =>
      part.stop(),
    );
    started("counts", startRollups({ db: jobs.db, log }), (part) => part.stop());
    const rejected = started("refused calls", createRejectedCalls({ db: main.db, now: deskNow, log }), (part) =>
      part.stop(),
    );
    const refusals = started("refused requests", createRefusals({ db: main.db, now: deskNow, log }), (part) =>
      part.stop(),
    );
    const cookieSecret = config.sessionSecret ?? (await keptSecret(config.dataDir));
    const onAccessLost = (person: { tenantId: string; objectId: string }) =>
      noteLostAccess({ db: main.db, marketplace, now: deskNow, log }, person);
    const staffRecheck = createStaffRecheck({
      db: main.db,
      entraApp: createEntraApp({
        entra,
        audience: "staff",
        redirectUri: `${publicUrl}${signInPaths.staff.callback}`,
        now,
        entraFetch,
      }),
      secret: cookieSecret,
      now: deskNow,
      onAccessLost,
      log,
    });
    const jobDeps = { db: jobs.db, marketplace, now: deskNow, log };
    const anchors = config.recordAnchorFile === null ? null : openAnchorFile(config.recordAnchorFile);
    started(
      "jobs",
      startWorker({
        url,
        pool: jobs.pool,
        db: jobs.db,
        tasks: createTasks({ ...jobDeps, anchors, recheckStaff: staffRecheck.due }),
        cron,
        log,
      }),
      (part) => part.stop(),
    );

    const readiness = createReadiness({
      pool: intakePool.pool,
      instance: `${hostname()}:${port}`,
      changes,
      claimsBy: settling.claimsBy,
    });
    const problem = await readiness.begin();
    if (problem !== null) throw new DatabaseUnusable(`The app cannot serve with this database: ${problem}.`);
    let isReady = false;
    let ready = Promise.resolve();
    answer = createApp({
      db: main.db,
      slowDb: slowPool.db,
      marketplace,
      changes,
      webhook: {
        verify: (authorization) => verifier.verify(authorization),
        receive: intake.receive,
        recordRejected: rejected.note,
      },
      dashboard: (routes) => options.dashboard(routes, server),
      entra,
      marketplaceUrl: baseUrl,
      knownKeys: verifier.knownKeys,
      outage: breaker.outage,
      accessProblems: access.problems,
      clock: alarms.clock,
      publicUrl,
      clients,
      isProduction: config.isProduction,
      metricsToken: config.metricsToken,
      hasLimits: options.hasLimits,
      allowedHosts: config.allowedHosts,
      recordRefusal: refusals.note,
      refusals: refusals.totals,
      sandboxUrl: sandbox?.url ?? null,
      cookieSecret,
      staffRecheck,
      isReady: () => isReady,
      readiness,
      now: deskNow,
      entraNow: now,
      entraFetch,
      onAccessLost,
      log,
    });
    started("http", server, drainAndClose);
    parts.push({ name: "readiness", stop: async () => void (isReady = false) });
    isReady = !sandbox?.history;
    await recordCredentials({ db: main.db, now: deskNow }, entra).catch((error: unknown) =>
      log.warn({ err: error }, "it could not be noted which credentials are in use"),
    );
    const comparing = { ...jobDeps, actor: { kind: "system" as const, name: "Reconcile" } };
    await startReconcile(comparing);
    if (sandbox?.history) {
      const playing = new AbortController();
      const desk = replayTarget({ ...comparing, url: publicUrl, wake: settling.wake });
      log.info("Playing eight weeks of the sample's past, once.");
      // What happens in it is no news; who asks for more than the usual log, or for less, has it.
      const { level } = log;
      if (level === "info") log.level = "error";
      ready = started("the sample's past", sandbox.history.play(desk, playing.signal), async (part) => {
        playing.abort();
        await part;
      })
        .finally(() => (log.level = level))
        .then(async () => {
          if (playing.signal.aborted) return;
          await startReconcile(comparing);
          isReady = true;
        })
        .catch((error: unknown) => log.error({ err: error }, "the sample's past could not be played"));
    }
    // Once the comparison has brought what was missed, on a first start everything.
    await enqueueFigures(jobs.db, new Date(now().getTime() + figuresAfterMs));
    return { url: publicUrl, sandboxUrl: sandbox?.url ?? null, ready, stop };
  }

  async function startDatabase(): Promise<string> {
    const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log: (line) => log.info(line) });
    return started("PostgreSQL", embedded, (part) => part.stop()).url;
  }

  async function startOwnSandbox(publicUrl: string, isNew: boolean) {
    // Loaded only here: with Entra settings the app holds nothing of it.
    const { startSandbox } = await import("../sandbox/sandbox.ts");
    const sandbox = await startSandbox({
      port: config.sandboxPort,
      landingUrl: `${publicUrl}/landing`,
      webhookUrl: `${publicUrl}/webhooks/marketplace`,
      allowedHosts: config.allowedHosts,
      stateFile: path.join(config.dataDir, "sandbox.json"),
      sample: options.hasSample ?? true,
      // Only where nothing happened yet, and where the desk listens to this sandbox and to nobody else.
      hasHistory: isNew && config.marketplaceApiUrl === null,
      log: (line) => log.debug({ part: "sandbox" }, line),
    });
    return started("sandbox", sandbox, (part) => part.stop());
  }
}

/** The port it listens on: the configured one, or the one the system chose for 0. */
function listen(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** The secret of cookies for installations that set none: made once, readable by us alone. */
async function keptSecret(dataDir: string): Promise<string> {
  const file = path.join(dataDir, "session-secret");
  try {
    await writeFile(file, randomBytes(48).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return (await readFile(file, "utf8")).trim();
}
