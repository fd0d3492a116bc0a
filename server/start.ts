/** The program: builds the dashboard if it must, then runs the app. With `--dev` Vite takes its place. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { buildDashboard } from "../build/dashboard.ts";
import { createLog } from "./log.ts";
import { openVite, serveDashboard } from "./http/dashboard.ts";
import type { RunningApp, StartOptions } from "./compose.ts";
import { explainListenError, runUntilStopped } from "./start/run-until-stopped.ts";

const isDevelopment = process.argv.includes("--dev");

await runUntilStopped(async () => {
  const config = readConfig(process.env);
  const log = await openLog(config);
  const { dashboard, close } = isDevelopment ? viteDashboard() : await builtDashboard((line) => log.info(line));
  // Loaded only now, so that a bad setting is told at once.
  const { startApp } = await import("./compose.ts");
  const app = await startApp(config, { log, dashboard }).catch(async (error: unknown) => {
    await close();
    throw explainListenError(error, config);
  });
  void app.ready.then(() => {
    announce(app);
    letGoOfTheStart();
  });
  return { stop: () => app.stop().finally(close) };
});

async function openLog(config: Config) {
  const options = { level: config.logLevel };
  if (config.isProduction) return createLog(options);
  const { PinoPretty } = await import("pino-pretty");
  // In this thread, so that the last lines before the end are not lost.
  return createLog(options, PinoPretty({ ignore: "pid,hostname", sync: true }));
}

/** The start leaves some 30 MB of garbage, which V8 would keep until there is traffic. */
function letGoOfTheStart(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "major"; flavor: "last-resort" }) => void;
  collect({ type: "major", flavor: "last-resort" });
}

type Mounted = { dashboard: StartOptions["dashboard"]; close: () => Promise<void> };

async function builtDashboard(say: (line: string) => void): Promise<Mounted> {
  const handler = serveDashboard({ mode: "built", dir: await buildDashboard(say) });
  return { dashboard: (app) => void app.get("*", handler), close: async () => {} };
}

function viteDashboard(): Mounted {
  const close: (() => Promise<void>)[] = [];
  return {
    dashboard: (app, server) => {
      const vite = openVite(server);
      close.push(async () => (await vite).close());
      app.get("*", serveDashboard({ mode: "vite", server: vite }));
    },
    close: async () => {
      await Promise.all(close.map((closeOne) => closeOne()));
    },
  };
}

function announce(app: RunningApp): void {
  const lines = [`Marketdesk: ${app.url}`];
  if (app.sandboxUrl) lines.push(`Sandbox, to act as Microsoft: ${app.sandboxUrl}`);
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join("")}\n  Ctrl-C stops it all.\n\n`);
}
