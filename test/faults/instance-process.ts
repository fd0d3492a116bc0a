/** One instance of the app as a process of its own, for a fault to kill. It speaks with `start-instance.ts` over IPC. */
import { createLog } from "../../server/log.ts";
import { injectFaults, type KillPoint, type Sabotage, type Signal } from "./fault-injection.ts";

export type InstanceCommand =
  /** Default: SIGKILL. */
  | { do: "arm"; point: KillPoint | null; signal?: Signal }
  | { do: "skew"; ms: number }
  /** Blocks the event loop. */
  | { do: "block"; ms: number }
  /** Fills the memory until the process is ended. */
  | { do: "eat-memory" }
  | { do: "figures" };

export type InstanceMessage =
  | { say: "ready" }
  | { say: "uncaught"; what: string }
  | {
      say: "figures";
      rssMb: number;
      cpuMs: number;
      /** The longest delay of a turn of the event loop. */
      loopStallMs: number;
      /** The most processor time of a turn, which other processes do not affect. */
      loopBlockedMs: number;
      queriesOver5s: number;
      slowestQueryMs: number;
      queriesInFlight: number;
    };

const say = (message: InstanceMessage) => process.send?.(message);

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    const what = `${event}: ${error instanceof Error ? error.stack : String(error)}`;
    process.stderr.write(`${what}\n`);
    say({ say: "uncaught", what });
  });
}

const interference = injectFaults({
  marketplaceApiUrl: process.env["MARKETPLACE_API_URL"] ?? "",
  sabotage: (process.env["FAULTS_SABOTAGE"] ?? null) as Sabotage | null,
});
let skewMs = Number(process.env["FAULTS_SKEW_MS"] ?? 0);

// Only now, so that nothing keeps a reference to the original functions.
const { readConfig } = await import("../../server/config.ts");
const { startApp } = await import("../../server/compose.ts");
const { serveDashboard } = await import("../../server/http/dashboard.ts");
const dashboardDir = process.env["FAULTS_DASHBOARD"];

let loopStallMs = 0;
let loopBlockedMs = 0;
let lastTick = performance.now();
let lastCpu = threadCpuMs();
setInterval(() => {
  const lateMs = performance.now() - lastTick - 20;
  const cpu = threadCpuMs();
  loopStallMs = Math.max(loopStallMs, lateMs);
  loopBlockedMs = Math.max(loopBlockedMs, Math.min(lateMs, cpu - lastCpu));
  lastTick = performance.now();
  lastCpu = cpu;
}, 20).unref();

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const app = await startApp(readConfig(process.env), {
  log: createLog({ level: "info" }),
  dashboard: dashboardDir
    ? (routes) => void routes.get("*", serveDashboard({ mode: "built", dir: dashboardDir }))
    : () => {},
  now: () => new Date(Date.now() + skewMs),
});

process.on("SIGTERM", () => {
  app.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// The fault runner has ended, so the instance ends too.
process.on("disconnect", () => process.exit(0));

process.on("message", (order: InstanceCommand) => {
  switch (order.do) {
    case "arm":
      return interference.arm(order.point, order.signal ?? "SIGKILL");
    case "skew":
      skewMs = order.ms;
      return;
    case "block": {
      const until = performance.now() + order.ms;
      while (performance.now() < until);
      return;
    }
    case "eat-memory": {
      const eaten: string[][] = [];
      setInterval(() => eaten.push(Array.from({ length: 500_000 }, (_, index) => `${index}`)), 1);
      return;
    }
    case "figures": {
      const { user, system } = process.cpuUsage();
      say({
        say: "figures",
        rssMb: Math.round(process.memoryUsage().rss / 1e6),
        cpuMs: Math.round((user + system) / 1_000),
        loopStallMs: Math.round(loopStallMs),
        loopBlockedMs: Math.round(loopBlockedMs),
        ...interference.figures(),
      });
      loopStallMs = 0;
      loopBlockedMs = 0;
    }
  }
});
say({ say: "ready" });
