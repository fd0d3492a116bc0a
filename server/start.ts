/** The process of `npm start` and, with `--dev`, `npm run dev`: its messages, signals and exit codes. */
import path from "node:path";
import { readConfig } from "./config.ts";
import type { Config } from "./config/shape.ts";
import type { RunningApp, StartOptions } from "./compose.ts";
import { projectFolder } from "./config/project-folder.ts";
import { buildIn, openVite, serveDashboard } from "./http/dashboard.ts";
import { createLog } from "./log.ts";
import { explainListenError } from "./start/listen-error.ts";
import { openLogOutput } from "./start/log-output.ts";
import { runUntilStopped } from "./start/run-until-stopped.ts";

const isDevelopment = process.argv.includes("--dev");

await runUntilStopped(async () => {
  const config = readConfig(process.env);
  const log = await openLog(config);
  const { close, ...mounted } = isDevelopment ? viteDashboard() : builtDashboard();
  // Loaded only now, so that a bad setting is reported first.
  const { startApp } = await import("./compose.ts");
  const app = await startApp(config, { log, ...mounted }).catch(async (error: unknown) => {
    await close();
    throw explainListenError(error, config);
  });
  void app.ready.then(() => announce(app));
  return { stop: () => app.stop().finally(close) };
});

async function openLog(config: Config) {
  const options = { level: config.logLevel };
  const destination = openLogOutput();
  if (config.isProduction) return createLog(options, destination);
  const { PinoPretty } = await import("pino-pretty");
  return createLog(options, PinoPretty({ ignore: "pid,hostname", sync: true, destination }));
}

type Mounted = Pick<StartOptions, "dashboard" | "build"> & { close: () => Promise<void> };

/** The files that `npm run build` has written. */
function builtDashboard(): Mounted {
  const dir = path.join(projectFolder, "dist", "web");
  const handler = serveDashboard({ mode: "built", dir });
  return { dashboard: (app) => void app.get("*", handler), build: buildIn(dir), close: async () => {} };
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
  if (app.sandboxUrl) lines.push(`Sandbox (Microsoft's side): ${app.sandboxUrl}`);
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join("")}\n  Press Ctrl-C to stop.\n\n`);
}
