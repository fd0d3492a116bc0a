/**
 * Records refused requests: a log line, a metric, and a count for admins. Reasons are few, nothing about the caller
 * is stored, and a flood costs one line a minute and one write every few seconds.
 */
import type { Logger } from "pino";
import type { RefusalReason } from "../../shared/refusals.ts";
import type { Database } from "../database/connection/database.ts";
import { countRefusals } from "../database/writes/refusals.ts";

const writeEveryMs = 5_000;
const logEveryMs = 60_000;

export type RecordRefusal = (reason: RefusalReason) => void;

export function createRefusals(options: { db: Database; now: () => Date; log: Logger }) {
  const { db, now, log } = options;
  /** Since the start of this instance. */
  const totals = new Map<RefusalReason, number>();
  let unwritten = new Map<RefusalReason, number>();
  const logged = new Map<RefusalReason, { at: number; total: number }>();

  async function write(): Promise<void> {
    if (unwritten.size === 0) return;
    const batch = unwritten;
    unwritten = new Map();
    const counted = [...batch].map(([reason, count]) => ({ reason, count }));
    await countRefusals(db, counted, now()).catch((error: unknown) =>
      log.warn({ err: error }, "could not count refused requests"),
    );
  }
  const timer = setInterval(() => void write(), writeEveryMs);
  timer.unref();

  return {
    note(reason: RefusalReason): void {
      const total = (totals.get(reason) ?? 0) + 1;
      totals.set(reason, total);
      unwritten.set(reason, (unwritten.get(reason) ?? 0) + 1);
      const last = logged.get(reason);
      if (last !== undefined && performance.now() - last.at < logEveryMs) return;
      logged.set(reason, { at: performance.now(), total });
      log.warn({ refusal: reason, count: total - (last?.total ?? 0) }, "requests were refused");
    },
    totals: (): ReadonlyMap<RefusalReason, number> => totals,
    write,
    async stop(): Promise<void> {
      clearInterval(timer);
      await write();
    },
  };
}
