/** One instance of the app as a process of its own. It speaks with `instances.ts` over IPC. */
import { quickenLoading } from "../../server/quicken-loading.js";

quickenLoading();
const { pino } = await import("pino");
const { readConfig } = await import("../../server/config.ts");
const { startApp } = await import("../../server/compose.ts");

export type Figures = { cpuMs: number; rssMb: number };
export type Said = { say: "ready" } | ({ say: "figures" } & Figures);

const say = (said: Said) => process.send?.(said);
const config = readConfig(process.env);
const app = await startApp(config, {
  log: pino({ level: config.logLevel }),
  dashboard: () => {},
  hasLimits: false,
});

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  say({ say: "figures", cpuMs: (user + system) / 1_000, rssMb: process.memoryUsage.rss() / 1_048_576 });
});
process.on("SIGTERM", () => {
  app.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.on("disconnect", () => process.exit(0));
say({ say: "ready" });
