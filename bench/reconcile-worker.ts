/** Reconciliation in its own process, so that its memory can be measured. It speaks with `reconcile.ts` over IPC. */
import { setImmediate as turn } from "node:timers/promises";
import { pino } from "pino";
import { continueReconcile, startReconcile } from "../server/commands/reconcile/reconcile.ts";
import type { Context } from "../server/context.ts";
import { createDatabase } from "../server/database/connection/database.ts";
import { createAppToken } from "../server/marketplace/app-token.ts";
import { createMarketplace } from "../server/marketplace/client.ts";

export type WorkerCommand = { do: "list" } | { do: "compare" };
export type Figures = { ms: number; calls: number; idleMb: number; peakMb: number; heapMb: number };

const setting = (name: string) => process.env[name] ?? "";
const log = pino({ level: "silent" });
let calls = 0;
const token = createAppToken(
  {
    authority: setting("ENTRA_AUTHORITY"),
    tenantId: setting("ENTRA_TENANT_ID"),
    clientId: setting("ENTRA_CLIENT_ID"),
    credential: { secret: setting("ENTRA_CLIENT_SECRET") },
    landing: { clientId: "", clientSecret: "" },
  },
  {},
);
const marketplace = createMarketplace({
  baseUrl: setting("MARKETPLACE_API_URL"),
  getToken: token.get,
  forgetToken: token.forget,
  onCall: () => (calls += 1),
});
const { db } = createDatabase({
  url: setting("DATABASE_URL"),
  name: "bench",
  max: 12,
  statementTimeoutMs: 30_000,
  log,
});
const ctx: Context = { db, marketplace, now: () => new Date(), log, actor: { kind: "system", name: "Reconcile" } };

const megabyte = 1_048_576;
const collect = () => globalThis.gc?.();

async function listAll(): Promise<void> {
  let continuation: string | null = null;
  do {
    const page = await marketplace.listSubscriptions(continuation);
    continuation = page.next;
  } while (continuation !== null);
}

async function compareAll(): Promise<void> {
  await startReconcile(ctx);
  while (!(await continueReconcile(ctx)).isDone);
}

/** Memory is read between turns of the event loop, at most every 20 ms. */
async function measure(work: () => Promise<void>): Promise<Figures> {
  let peakMb = 0;
  const sampler = setInterval(() => (peakMb = Math.max(peakMb, process.memoryUsage.rss() / megabyte)), 20);
  calls = 0;
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  clearInterval(sampler);
  collect();
  return { ms, calls, idleMb, peakMb, heapMb: process.memoryUsage().heapUsed / megabyte };
}

collect();
await turn();
await marketplace.listSubscriptions(null);
/** With the token fetched and one page read: the memory of the process before it compares anything. */
const idleMb = process.memoryUsage.rss() / megabyte;

process.on("message", (order: WorkerCommand) => {
  measure(order.do === "list" ? listAll : compareAll).then(
    (figures) => process.send?.({ figures }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });
