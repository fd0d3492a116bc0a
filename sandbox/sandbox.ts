/** A stand-in of Microsoft's side over real HTTP: Marketplace API, Entra, a page and JSON to act as Microsoft. */
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { isolatedInHtml } from "../shared/foreign-text.ts";
import { hostRulesOf, isServedHost, misdirectedMessage } from "../shared/hosts.ts";
import type { EntraConfig } from "../server/config.ts";
import { createCallLog } from "./calls.ts";
import { createLedger } from "./ledger.ts";
import { control } from "./control/control.ts";
import { runDue, scheduleEverything } from "./due.ts";
import { entra } from "./entra/entra.ts";
import { marketplaceApi } from "./fulfillment/api.ts";
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
  /** Host names that are served beside those of this machine. */
  allowedHosts?: readonly string[];
  /** Where the state is kept; null: in memory only. */
  stateFile: string | null;
  /** Start with the sample subscriptions when no state is stored yet, and after a reset. */
  sample: boolean;
  /** With `sample`: its last eight weeks are to be played for a desk that is new as well, see `past` of the sandbox. */
  hasHistory?: boolean;
  /** Pauses between the attempts of one webhook in milliseconds; the last one repeats. */
  webhookRetryMs?: readonly number[];
  log?: (line: string) => void;
};

export type Sandbox = {
  /** http://localhost:PORT */
  url: string;
  /** The settings of an app that is to talk to this sandbox's Entra. */
  entra: EntraConfig;
  marketplaceApiUrl: string;
  /** The past that the sample still has to be given; null: none. Until it was played, Microsoft's clock is in it. */
  history: {
    /** What to add to the time to be where the past is, in milliseconds; 0 once it is over. */
    offsetMs(): number;
    /** Resolves when it is over, or when `signal` cuts it off: the next start goes on with it. */
    play(desk: ReplayTarget, signal: AbortSignal): Promise<void>;
  } | null;
  stop(): Promise<void>;
};

/** Starts a sandbox. Throws one sentence when the port is taken or the stored state cannot be read. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
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
  const following = keepFollowing(world);

  return {
    url,
    entra: entraOf(url),
    marketplaceApiUrl: `${url}/api`,
    history: world.state.replay && {
      offsetMs: () => (world.state.replay ? world.state.clockOffsetMs : 0),
      play: (desk, signal) => playHistory(world, desk, signal),
    },
    async stop() {
      stopping.abort();
      await following;
      world.timers.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await saver.flush();
    },
  };
}

/** The settings of an app that talks to a sandbox at an address. */
function entraOf(url: string): EntraConfig {
  return {
    authority: url,
    tenantId: sandboxPublisher.tenantId,
    clientId: sandboxPublisher.clientId,
    credential: { secret: sandboxPublisher.clientSecret },
    landing: { clientId: sandboxPublisher.landingClientId, clientSecret: sandboxPublisher.landingClientSecret },
  };
}

/** Names from right to left are kept apart in every page. */
const isolateNames = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.get("content-type")?.startsWith("text/html")) return;
  c.res = new Response(isolatedInHtml(await c.res.text()), c.res);
});

function routes(world: World, options: SandboxOptions): Hono<{ Bindings: HttpBindings }> {
  // Microsoft's own next links have a slash before the query.
  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  const hosts = hostRulesOf(world.url, options.allowedHosts ?? []);
  app.use(async (c, next) => (isServedHost(c.req.header("host"), hosts) ? next() : c.text(misdirectedMessage, 421)));
  app.route("/api", marketplaceApi(world));
  app.route("/control", control(world, { sample: options.sample }));
  app.use(isolateNames);
  app.route("/", pages(world, { sample: options.sample }));
  app.route("/", entra(world));
  app.notFound((c) => c.text("The sandbox has nothing at this address. Its page is at /.\n", 404));
  app.onError((error, c) => {
    world.log(`The sandbox failed at ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.text("An unexpected error occurred.", 500);
  });
  return app;
}

/** Loopback only: the sandbox lets anyone act as Microsoft, and has none of the limits that the app's public port has. */
const host = "127.0.0.1";

async function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Error(`Port ${port} is taken: set SANDBOX_PORT to a free one.`, { cause: error }) : error);
    });
    server.listen(port, host, () => resolve());
  });
  return (server.address() as AddressInfo).port;
}
