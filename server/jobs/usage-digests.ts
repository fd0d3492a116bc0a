/** Takes the digest of each day's usage, which the audit trail proves. */
import { setTimeout as sleep } from "node:timers/promises";
import { takeUsageDigest } from "../commands/usage/take-usage-digest.ts";
import type { Context } from "../context.ts";

const pollIntervalMs = 60_000;

/** @param ctx its `now` is Microsoft's time */
export function startTakingUsageDigests(ctx: Context) {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await takeUsageDigest(ctx)));
      } catch (error) {
        if (signal.aborted) return;
        ctx.log.warn({ err: error }, "the digest of a day's usage could not be taken; it is tried again");
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
