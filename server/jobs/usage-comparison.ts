/** Compares each day's usage with Microsoft's list. Apart from sending, which must not wait for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { compareUsage } from "../commands/usage/compare-usage.ts";
import type { Context } from "../context.ts";

/** How soon a new day is noticed, also after Microsoft's clock was moved in the sandbox. */
const pollIntervalMs = 30_000;

/** @param ctx its `now` is Microsoft's time */
export function startComparingUsage(ctx: Context) {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await compareUsage(ctx, signal)));
      } catch (error) {
        if (signal.aborted) return;
        ctx.log.warn({ err: error }, "usage could not be compared with Microsoft's list; it is tried again");
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
