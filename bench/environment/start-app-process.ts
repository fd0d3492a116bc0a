/** Starts, measures and stops instances of the app. */
import { type ChildProcess, fork } from "node:child_process";
import { openSync } from "node:fs";
import path from "node:path";
import { buildPrograms } from "../../build/server.ts";
import { freePort } from "../../test/support/ports.ts";
import { startFlags } from "../../test/support/start-flags.ts";
import type { BenchEnvironment } from "./bench-environment.ts";
import type { Figures, AppProcessMessage } from "./app-process.ts";
import type { Microsoft } from "./start-fake-microsoft.ts";

export type Instance = Awaited<ReturnType<typeof startInstance>>;

const startTimeoutMs = 60_000;
/** Bundled as in production. */
const buildAppProcess = () =>
  buildPrograms(
    { name: "bench", programs: { "app-process": "bench/environment/app-process.ts" }, sources: ["bench/environment"] },
    () => {},
  );
export const benchSessionSecret = "a secret for benchmarks that is long enough for the app";
let count = 0;

/** Resolves when the instance is ready. @param options.who its name in the fake Marketplace, letters only */
export async function startInstance(options: {
  benchEnvironment: BenchEnvironment;
  microsoft: Microsoft;
  databaseUrl: string;
  who?: string;
  /** Endpoints may be on this machine. */
  allowsLocalEndpoints?: boolean;
}) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  count += 1;
  const log = openSync(path.join(options.benchEnvironment.dataDir, `instance-${count}.log`), "w");
  const child = fork(path.join(await buildAppProcess(), "app-process.js"), {
    env: {
      ...options.microsoft.environmentFor(options.who ?? "app"),
      PATH: process.env["PATH"],
      PORT: String(port),
      DATABASE_URL: options.databaseUrl,
      DATA_DIR: path.join(options.benchEnvironment.dataDir, `instance-${count}`),
      SESSION_SECRET: benchSessionSecret,
      ...(options.allowsLocalEndpoints ? { OUTGOING_LOCAL_HOSTS: "localhost" } : {}),
    },
    execArgv: ["--disable-warning=ExperimentalWarning", ...startFlags],
    stdio: ["ignore", log, log, "ipc"],
  });
  await waitForMessage(child, "ready");
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  return {
    url,
    port,
    async figures(): Promise<Figures> {
      const answer = waitForMessage(child, "figures");
      child.send({});
      return (await answer) as Figures & AppProcessMessage;
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

function waitForMessage(child: ChildProcess, what: AppProcessMessage["say"]): Promise<AppProcessMessage> {
  return new Promise((resolve, reject) => {
    const finish = (outcome: () => void) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", ended);
      outcome();
    };
    const onMessage = (message: AppProcessMessage) => message.say === what && finish(() => resolve(message));
    const ended = () => finish(() => reject(new Error("an instance stopped; its log has the reason")));
    const timer = setTimeout(() => finish(() => reject(new Error("an instance does not answer"))), startTimeoutMs);
    child.on("message", onMessage);
    child.once("exit", ended);
  });
}
