/**
 * Counts refused webhook calls in memory and writes them once a second, so that forged calls do not cost a write
 * each.
 */
import type { Logger } from "pino";
import type { Database } from "../database/connection/database.ts";
import { countRejectedCalls } from "../database/writes/rejected-calls.ts";

const everyMs = 1_000;

export function createRejectedCalls(options: { db: Database; now: () => Date; log: Logger }) {
  let counted = new Map<string, { status: number; count: number; at: Date }>();

  async function write(): Promise<void> {
    if (counted.size === 0) return;
    const batch = counted;
    counted = new Map();
    try {
      await countRejectedCalls(
        options.db,
        [...batch].map(([reason, call]) => ({ reason, ...call })),
      );
    } catch (error) {
      options.log.warn({ err: error }, "could not count refused webhook calls");
    }
  }

  const timer = setInterval(() => void write(), everyMs);
  return {
    note(reason: string, status: number): void {
      const count = (counted.get(reason)?.count ?? 0) + 1;
      counted.set(reason, { status, count, at: options.now() });
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await write();
    },
  };
}
