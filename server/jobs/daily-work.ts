/** Work that is due once for each day. Separate from sending usage, which must not wait for it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/** How soon a new day is noticed, also after Microsoft's clock was moved in the sandbox. */
const pollIntervalMs = 30_000;

/**
 * @param options.workOnDay works on the oldest day that is due; returns false if there is none
 * @param options.failureMessage logged with each failure; the day is tried again
 */
export function startDailyWork(options: {
  workOnDay: (signal: AbortSignal) => Promise<boolean>;
  failureMessage: string;
  log: Logger;
}) {
  const { workOnDay, failureMessage, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await workOnDay(signal)));
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error }, failureMessage);
      }
      await sleep(pollIntervalMs, undefined, { signal }).catch(() => {});
    }
  }

  const working = work();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await working;
    },
  };
}
