/** The HTTP side: the port from the first moment on, then the app's routes, then readiness. */
import type { RequestListener, Server } from "node:http";
import { hostname } from "node:os";
import type { Hono } from "hono";
import type { Config } from "../config/shape.ts";
import { DatabaseUnusable } from "../database/connection/explain.ts";
import { createApp } from "../http/app.ts";
import { drainAndClose } from "../http/connection-draining.ts";
import { createClientAddress } from "../http/limits/client-address.ts";
import { isWebhookAddress } from "../http/misdirected-webhooks.ts";
import type { BrokenRequest } from "../http/port/broken-requests.ts";
import { createPublicServer } from "../http/port/public-server.ts";
import { createReadiness } from "../http/readiness.ts";
import { createRefusals } from "../http/refused-requests.ts";
import { createRejectedCalls } from "../http/rejected-calls.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";
import type { AppOutbox } from "./outbox.ts";
import type { AppSettling } from "./settling.ts";
import type { AppSignIn } from "./sign-in.ts";

export type AppPort = Awaited<ReturnType<typeof openPort>>;

/** Listens before anything else starts, so that a taken port is reported first. Requests get 503 until `serveApp`. */
export async function openPort({ config, started }: Composition) {
  let answer: RequestListener = (_request, response) => {
    response.writeHead(503, { "Retry-After": "5" }).end("starting");
  };
  const clients = createClientAddress(config.trustedProxies);
  let noteBroken: (request: BrokenRequest) => void = () => {};
  const publicServer = createPublicServer((request, response) => answer(request, response), clients, {
    onBrokenRequest: (request) => noteBroken(request),
  });
  const server = started("port", publicServer, drainAndClose);
  const port = await listen(server, config);
  return {
    port,
    publicUrl: config.publicUrl.replace(/:0$/, `:${port}`),
    server,
    clients,
    answerWith: (listener: RequestListener) => (answer = listener),
    setBrokenRequestHandler: (note: typeof noteBroken) => (noteBroken = note),
  };
}

type Deps = {
  port: AppPort;
  database: AppDatabase;
  microsoft: AppMarketplace;
  settling: AppSettling;
  signIn: AppSignIn;
  outbox: AppOutbox;
  sandboxUrl: string | null;
  dashboard: (app: Hono, server: Server) => void;
  build: string | undefined;
  hasLimits: boolean | undefined;
};

/**
 * Answers requests with the app. `/readyz` says that it is ready once `setReady` is called.
 *
 * @throws DatabaseUnusable when this instance could not serve with its database
 */
export async function serveApp({ config, log, now, recordNow, marketplaceNow, started }: Composition, deps: Deps) {
  const { port, database, microsoft, settling, signIn } = deps;
  const recording = { db: database.desk.db, now: recordNow, log };
  const rejected = started("refused calls", createRejectedCalls(recording), (part) => part.stop());
  const refusals = started("refused requests", createRefusals(recording), (part) => part.stop());
  const readiness = createReadiness({
    pool: database.webhook.pool,
    instance: `${hostname()}:${port.port}`,
    changes: settling.changes,
    workerId: settling.workerId,
  });
  const problem = await readiness.begin();
  if (problem !== null) throw new DatabaseUnusable(`The app cannot use this database: ${problem}.`);
  port.setBrokenRequestHandler(({ reason, status, url }) => {
    refusals.note(reason);
    if (isWebhookAddress(url)) rejected.note(reason, status);
  });
  let isReady = false;
  port.answerWith(
    createApp({
      db: database.desk.db,
      slowDb: database.longReads.db,
      needsDb: database.needs.db,
      marketplace: microsoft.marketplace,
      changes: settling.changes,
      webhook: {
        verify: (authorization) => microsoft.verifier.verify(authorization),
        receive: settling.receive,
        recordRejected: rejected.note,
      },
      dashboard: (routes) => deps.dashboard(routes, port.server),
      build: deps.build,
      entra: microsoft.entra,
      marketplaceUrl: microsoft.url,
      knownKeys: microsoft.verifier.knownKeys,
      outage: microsoft.outage,
      accessProblems: microsoft.access.problems,
      clock: microsoft.clock,
      publicUrl: port.publicUrl,
      clients: port.clients,
      isProduction: config.isProduction,
      metricsToken: config.metricsToken,
      hasLimits: deps.hasLimits,
      allowedHosts: config.allowedHosts,
      recordRefusal: refusals.note,
      refusals: refusals.totals,
      outbox: deps.outbox,
      sandboxUrl: deps.sandboxUrl,
      cookieSecret: signIn.cookieSecret,
      staffRecheck: signIn.staffRecheck,
      entraFetch: microsoft.entraFetch,
      onAccessLost: signIn.onAccessLost,
      isReady: () => isReady,
      readiness,
      now: recordNow,
      marketplaceNow,
      entraNow: now,
      log,
    }),
  );
  started("http", port.server, drainAndClose);
  // Load balancers see that the instance is stopping before connections are closed.
  started("readiness", null, () => void (isReady = false));
  return { setReady: () => void (isReady = true) };
}

/** Gives the port: the configured one, or the one that the system chose for 0. */
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
