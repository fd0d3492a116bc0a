/** Instances of the app that a fault can kill, stop and start again. */
import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, readFileSync, type WriteStream } from "node:fs";
import path from "node:path";
import { buildPrograms } from "../../build/server.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { freePort } from "../support/ports.ts";
import { startFlags } from "../support/start-flags.ts";
import type { InstanceCommand, InstanceMessage } from "./instance-process.ts";
import type { Sabotage } from "./fault-injection.ts";

/** Bundled as in production, so that it starts as fast. */
const buildInstance = () =>
  buildPrograms(
    {
      name: "faults",
      programs: { "instance-process": "test/faults/instance-process.ts" },
      sources: ["test/faults"],
    },
    () => {},
  );
const startTimeoutMs = 30_000;

export type Figures = Extract<InstanceMessage, { say: "figures" }>;
export type Instance = Awaited<ReturnType<typeof startInstance>>;

export type InstanceOptions = {
  sandbox: Sandbox;
  databaseUrl: string;
  publicUrl: string;
  dataDir: string;
  logFile: string;
  sabotage?: Sabotage | null;
  skewMs?: number;
  heapMb?: number;
  /** The folder of the built dashboard; absent: no dashboard is served. */
  dashboardDir?: string;
  /** Default: any free port. */
  port?: number;
};

/** Starts an instance; resolves when it is ready. */
export async function startInstance(options: InstanceOptions) {
  const entry = path.join(await buildInstance(), "instance-process.js");
  const port = options.port ?? (await freePort());
  const log = createWriteStream(options.logFile, { flags: "a" });
  const uncaught: string[] = [];
  let child = await launch();

  async function launch(): Promise<ChildProcess> {
    const started = fork(entry, [], {
      env: environment({ ...options, port }),
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        ...startFlags,
        ...(options.heapMb ? [`--max-old-space-size=${options.heapMb}`] : []),
      ],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    keepOutput(started, log);
    started.on("message", (message: InstanceMessage) => {
      if (message.say === "uncaught") uncaught.push(message.what);
    });
    await whenReady(started);
    return started;
  }

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = () =>
    new Promise<void>((resolve) => {
      if (hasEnded()) resolve();
      else child.once("exit", () => resolve());
    });

  return {
    port,
    /** Uncaught errors of all its processes. */
    uncaught,
    hasEnded,
    ended,
    pid: () => child.pid ?? 0,
    send(order: InstanceCommand): void {
      if (!hasEnded() && child.connected) child.send(order, () => {});
    },
    async figures(): Promise<Figures | null> {
      if (hasEnded()) return null;
      const current = child;
      return new Promise((resolve) => {
        const timeout = setTimeout(() => done(null), 5_000);
        const listen = (message: InstanceMessage) => message.say === "figures" && done(message);
        const done = (figures: Figures | null) => {
          clearTimeout(timeout);
          current.off("message", listen);
          resolve(figures);
        };
        current.on("message", listen);
        current.send({ do: "figures" } satisfies InstanceCommand, (error) => error && done(null));
      });
    },
    /** Whether SIGSTOP has reached it. */
    standsStill: (): boolean => /^State:\s+T/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8")),
    continue: (): void => void child.kill("SIGCONT"),
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await ended();
    },
    /** Stops it as a deployment does. Returns how long that took, in milliseconds. */
    async stop(): Promise<number> {
      const startedAt = performance.now();
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended();
      clearTimeout(force);
      return performance.now() - startedAt;
    },
    async startAgain(changes: Partial<InstanceOptions> = {}): Promise<void> {
      Object.assign(options, changes);
      child = await launch();
    },
  };
}

function environment(options: InstanceOptions & { port: number }): NodeJS.ProcessEnv {
  const { entra, marketplaceApiUrl, url } = options.sandbox;
  return {
    PATH: process.env["PATH"],
    PORT: String(options.port),
    PUBLIC_URL: options.publicUrl,
    DATABASE_URL: options.databaseUrl,
    DATA_DIR: options.dataDir,
    MARKETPLACE_API_URL: marketplaceApiUrl,
    OUTGOING_LOCAL_HOSTS: "localhost",
    SESSION_SECRET: "a secret for fault runs that is long enough for the app",
    ENTRA_AUTHORITY: url,
    ENTRA_TENANT_ID: entra.tenantId,
    ENTRA_CLIENT_ID: entra.clientId,
    ENTRA_CLIENT_SECRET: "secret" in entra.credential ? entra.credential.secret : "",
    ENTRA_LANDING_CLIENT_ID: entra.landing.clientId,
    ENTRA_LANDING_CLIENT_SECRET: entra.landing.clientSecret ?? "",
    ...(options.sabotage ? { FAULTS_SABOTAGE: options.sabotage } : {}),
    ...(options.dashboardDir ? { FAULTS_DASHBOARD: options.dashboardDir } : {}),
    ...(options.skewMs ? { FAULTS_SKEW_MS: String(options.skewMs) } : {}),
  };
}

function keepOutput(child: ChildProcess, log: WriteStream): void {
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
}

function whenReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("an instance was not ready within 30 s"));
    }, startTimeoutMs);
    child.on("message", (message: InstanceMessage) => {
      if (message.say !== "ready") return;
      clearTimeout(timeout);
      resolve();
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timeout);
      reject(new Error(`an instance ended with ${signal ?? code} before it was ready`));
    });
  });
}
