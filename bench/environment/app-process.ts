/** One instance of the app as a process of its own. It speaks with `start-app-process.ts` over IPC. */
import { constants, type NodeGCPerformanceDetail, PerformanceObserver } from "node:perf_hooks";
import { pino } from "pino";
import { startApp } from "../../server/compose.ts";
import { readConfig } from "../../server/config.ts";

export type Figures = {
  cpuMs: number;
  rssMb: number;
  /** Heap in use after the last full garbage collection; null before the first. */
  liveHeapMb: number | null;
};
export type AppProcessMessage = { say: "ready" } | ({ say: "figures" } & Figures);

const mb = 1_048_576;
let liveHeapMb: number | null = null;
new PerformanceObserver((list) => {
  const kinds = list.getEntries().map((entry) => (entry as unknown as { detail: NodeGCPerformanceDetail }).detail.kind);
  if (kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR)) liveHeapMb = process.memoryUsage().heapUsed / mb;
}).observe({ entryTypes: ["gc"] });

const say = (message: AppProcessMessage) => process.send?.(message);
const config = readConfig(process.env);
const app = await startApp(config, {
  log: pino({ level: config.logLevel }),
  dashboard: () => {},
  hasLimits: false,
});

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  say({ say: "figures", cpuMs: (user + system) / 1_000, rssMb: process.memoryUsage.rss() / mb, liveHeapMb });
});
process.on("SIGTERM", () => {
  app.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.on("disconnect", () => process.exit(0));
say({ say: "ready" });
