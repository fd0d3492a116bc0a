/** The composition root: which parts the app has, in which order they start, and that they stop in the opposite one. */
import type { Server } from "node:http";
import type { Hono } from "hono";
import type { Logger } from "pino";
import { type Composition, createRunning } from "./compose/composition.ts";
import { openDatabase } from "./compose/database.ts";
import { createHostClock, followHostClock } from "./compose/host-clock.ts";
import { openPort, serveApp } from "./compose/http.ts";
import { runFirstJobs, startJobs } from "./compose/jobs.ts";
import { connectMarketplace } from "./compose/marketplace.ts";
import { meterUsage } from "./compose/metering.ts";
import { startOutbox } from "./compose/outbox.ts";
import { playSampleHistory } from "./compose/sample-history.ts";
import { startOwnSandbox } from "./compose/sandbox.ts";
import { settleOperations } from "./compose/settling.ts";
import { openSecret } from "./compose/secret.ts";
import { prepareSignIn } from "./compose/sign-in.ts";
import type { Config } from "./config/shape.ts";

export type RunningApp = {
  url: string;
  sandboxUrl: string | null;
  /** Resolves when the app is ready: immediately, or when the sandbox has played the sample history. Never rejects. */
  ready: Promise<void>;
  stop(): Promise<void>;
};

export type StartOptions = {
  log: Logger;
  /** Mounts the dashboard; it gets the HTTP server, which a development server shares. */
  dashboard: (app: Hono, server: Server) => void;
  /** The build of the dashboard; absent for a development server, whose pages follow the code. */
  build?: string | undefined;
  /** Whether a sandbox that starts empty gets the sample subscriptions. Default: true. */
  hasSample?: boolean;
  /** False: no rate limits, for measurements only. */
  hasLimits?: boolean;
  /** False: recurring jobs do not run, for tests that run them themselves. */
  hasSchedule?: boolean;
  now?: () => Date;
};

/**
 * Starts everything that the configuration asks for; what was started is stopped again if a later part fails.
 * @throws Error with a sentence: a port in use, an unreachable database
 */
export async function startApp(config: Config, options: StartOptions): Promise<RunningApp> {
  const running = createRunning(options.log);
  try {
    return { ...(await compose(config, options, running.started)), stop: running.stop };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function compose(
  config: Config,
  options: StartOptions,
  started: Composition["started"],
): Promise<Omit<RunningApp, "stop">> {
  const { log, now: hostNow = () => new Date() } = options;
  const hostClock = config.entra === null ? followHostClock(hostNow) : createHostClock(hostNow);
  const { now } = hostClock;
  let historyOffsetMs = () => 0;
  const toRecordTime = (at: Date) => new Date(at.getTime() + historyOffsetMs());
  const recordNow = () => toRecordTime(now());
  let marketplaceNow = recordNow;
  const clocks = { hostClock, now, recordNow, marketplaceNow: () => marketplaceNow(), toRecordTime };
  const app: Composition = { config, log, ...clocks, started };

  const port = await openPort(app);
  const { publicUrl } = port;
  const database = await openDatabase(app);
  const installation = await openSecret(app, { database, port: port.port });
  const sandbox =
    config.entra === null
      ? await startOwnSandbox(app, { publicUrl, database, hasSample: options.hasSample ?? true })
      : null;
  const history = sandbox?.history ?? null;
  if (history) historyOffsetMs = history.offsetMs;
  if (sandbox && config.marketplaceApiUrl === null) marketplaceNow = () => new Date(sandbox.now());
  const microsoft = connectMarketplace(app, { database, sandbox, port: port.port });
  const settling = await settleOperations(app, { database, microsoft });
  const signIn = prepareSignIn(app, { database, microsoft, publicUrl, secret: installation.secret });
  const isInHistory = () => historyOffsetMs() !== 0;
  const outbox = await startOutbox(app, {
    database,
    settling,
    signIn,
    publicUrl,
    microsoft,
    sandbox,
    isInHistory,
  });
  meterUsage(app, { database, microsoft, settling });
  const jobs = startJobs(app, {
    database,
    microsoft,
    settling,
    signIn,
    isInHistory,
    hasSchedule: options.hasSchedule ?? true,
  });
  const { dashboard, build, hasLimits } = options;
  const sandboxUrl = sandbox?.url ?? null;
  const http = await serveApp(app, {
    port,
    database,
    microsoft,
    settling,
    signIn,
    outbox,
    sandboxUrl,
    dashboard,
    build,
    hasLimits,
  });
  await installation.confirm();
  if (!history) http.setReady();
  await runFirstJobs(app, { database, microsoft, jobs });
  let ready = Promise.resolve();
  if (history) {
    ready = playSampleHistory(app, { history, jobs, url: publicUrl, wake: settling.wake }).then((isPlayed) => {
      if (isPlayed) http.setReady();
    });
  }
  return { url: publicUrl, sandboxUrl, ready };
}
