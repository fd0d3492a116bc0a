/** Microsoft's side over real HTTP: the fulfillment API, Entra, and pages and a JSON API to act as Microsoft. */
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { isolatedInHtml } from "../shared/foreign-text.ts";
import { hostRulesOf, isServedHost, misdirectedMessage } from "../shared/hosts.ts";
import type { EntraConfig } from "../server/config/shape.ts";
import { createCallLog } from "./calls.ts";
import { createLedger } from "./ledger.ts";
import { control } from "./control/control.ts";
import { runDue, scheduleEverything } from "./due.ts";
import { entra } from "./entra/entra.ts";
import { forgetPlanChanges } from "./fulfillment/catalog.ts";
import { marketplaceApi } from "./fulfillment/api.ts";
import { chatWebhooks } from "./inbox/chat-webhooks.ts";
import { graph } from "./graph/send-mail.ts";
import { pushService } from "./inbox/push-service.ts";
import { createInbox } from "./inbox/inbox.ts";
import { startMailServer } from "./inbox/mail-server.ts";
import { pages } from "./page/routes.ts";
import { beginHistory, type ReplayTarget, playHistory } from "./history/replay.ts";
import { keepFollowing } from "./product.ts";
import { sandboxPublisher } from "./publisher.ts";
import { addSample } from "./sample/sample.ts";
import { createEmptyState, createSaver, loadState } from "./state.ts";
import { createTimers } from "./timers.ts";
import { defaultWebhookRetryMs } from "./fulfillment/webhooks.ts";
import type { World } from "./world.ts";

export type SandboxOptions = {
  /** 0: any free port. */
  port: number;
  /** For instance http://localhost:3000/landing. */
  landingUrl: string;
  /** For instance http://localhost:3000/webhooks/marketplace. */
  webhookUrl: string;
  /** Host names that are served in addition to those of this machine. */
  allowedHosts?: readonly string[];
  /** The file of the state; null: in memory only. */
  stateFile: string | null;
  /** Whether to create the sample subscriptions at the first start and after a reset. */
  sample: boolean;
  /** With `sample`: whether its last eight weeks are replayed for a new Marketdesk; see `history` of the sandbox. */
  hasHistory?: boolean;
  /** Pauses between the attempts of one webhook in milliseconds; the last one repeats. */
  webhookRetryMs?: readonly number[];
  log?: (line: string) => void;
};

export type Sandbox = {
  /** Microsoft's clock, in milliseconds. */
  now(): number;
  /** http://localhost:PORT */
  url: string;
  /** Settings of an app that uses this sandbox's Entra. */
  entra: EntraConfig;
  marketplaceApiUrl: string;
  /** Microsoft Graph, of which it has sendMail; those emails are in the inbox too. */
  graphUrl: string;
  /** The mail server, whose emails are in the inbox. */
  smtpUrl: string;
  /** The sample history that is still to be replayed; null: none. Microsoft's clock is in the past until then. */
  history: {
    /** Offset of the replayed time from real time in milliseconds; 0 after the replay. */
    offsetMs(): number;
    /** Resolves when the replay is complete or `signal` aborts it; the next start continues. */
    play(desk: ReplayTarget, signal: AbortSignal): Promise<void>;
  } | null;
  stop(): Promise<void>;
};

/** Starts a sandbox. @throws Error with one sentence when the port is in use or the state file cannot be read */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  forgetPlanChanges();
  const stored = options.stateFile === null ? null : await loadState(options.stateFile);
  const state = stored ?? (await createEmptyState());
  const stopping = new AbortController();
  const serving: { app?: Hono<{ Bindings: HttpBindings }> } = {};
  const server = createAdaptorServer({
    fetch: (request, env) => serving.app?.fetch(request, env as HttpBindings) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
  });
  const port = await listen(server, options.port);
  const url = `http://localhost:${port}`;

  const saver = createSaver(options.stateFile, () => world.state, log);
  let version = 0;
  const now = () => Date.now() + world.state.clockOffsetMs;
  const world: World = {
    state,
    url,
    landingUrl: options.landingUrl,
    webhookUrl: options.webhookUrl,
    calls: createCallLog(),
    ledger: createLedger(),
    inbox: createInbox({ now: Date.now, onChange: () => (version += 1) }),
    timers: createTimers(now, (kind, id) => runDue(world, kind, id)),
    webhookRetryMs: options.webhookRetryMs ?? defaultWebhookRetryMs,
    now,
    changed() {
      version += 1;
      saver.soon();
    },
    version: () => version,
    log,
    stopping: stopping.signal,
  };
  if (!stored && options.sample && options.hasHistory) beginHistory(world);
  else if (!stored && options.sample) addSample(world.state, now());
  if (!stored) world.changed();
  scheduleEverything(world);
  serving.app = routes(world, options);
  const mailServer = await startMailServer(world.inbox, log);
  const following = keepFollowing(world);

  return {
    url,
    entra: entraOf(url),
    marketplaceApiUrl: `${url}/api`,
    graphUrl: `${url}/graph`,
    smtpUrl: mailServer.url,
    now,
    history: world.state.replay && {
      offsetMs: () => (world.state.replay ? world.state.clockOffsetMs : 0),
      play: (desk, signal) => playHistory(world, desk, signal),
    },
    async stop() {
      stopping.abort();
      await following;
      world.timers.stop();
      await mailServer.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await saver.flush();
    },
  };
}

/** Settings of an app that uses the sandbox at an address. */
function entraOf(url: string): EntraConfig {
  return {
    authority: url,
    tenantId: sandboxPublisher.tenantId,
    clientId: sandboxPublisher.clientId,
    credential: { secret: sandboxPublisher.clientSecret },
    landing: { clientId: sandboxPublisher.landingClientId, clientSecret: sandboxPublisher.landingClientSecret },
  };
}

/** Isolates right-to-left names on all pages. */
const isolateNames = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.get("content-type")?.startsWith("text/html")) return;
  c.res = new Response(isolatedInHtml(await c.res.text()), c.res);
});

function routes(world: World, options: SandboxOptions): Hono<{ Bindings: HttpBindings }> {
  // Not strict: Microsoft's next links have a slash before the query.
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  const hosts = hostRulesOf(world.url, options.allowedHosts ?? []);
  app.use(async (c, next) => (isServedHost(c.req.header("host"), hosts) ? next() : c.text(misdirectedMessage, 421)));
  app.route("/api", marketplaceApi(world));
  app.route("/graph", graph(world));
  app.route("/hooks", chatWebhooks(world));
  app.route("/push", pushService(world));
  app.route("/control", control(world, { sample: options.sample }));
  app.use(isolateNames);
  app.route("/", pages(world, { sample: options.sample }));
  app.route("/", entra(world));
  app.notFound((c) => c.text("Not found. The sandbox's start page is at /.\n", 404));
  app.onError((error, c) => {
    world.log(`The sandbox failed at ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.text("An unexpected error occurred.", 500);
  });
  return app;
}

/** Loopback only: anyone who can connect can act as Microsoft, without limits. */
const host = "127.0.0.1";

async function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Error(`Port ${port} is in use. Set SANDBOX_PORT to a free port.`, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}
