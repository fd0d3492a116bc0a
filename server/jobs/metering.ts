/**
 * Seals the hours of usage and sends them: carries late usage, decides what is billed, and drains what is due with a
 * few calls at a time. Any number of instances may run it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { carryLateUsage } from "../commands/usage/carry-late-usage.ts";
import { sealUsage } from "../commands/usage/seal-usage.ts";
import { giveUpOldUsage, sendUsage } from "../commands/usage/send-usage.ts";
import type { Context } from "../context.ts";
import { announce } from "../database/record/record.ts";
import { currentUsageSettings } from "../database/queries/usage-settings.ts";
import { sealChanged } from "../database/writes/usage-sealing.ts";
import { hasUsageWork } from "../database/writes/usage-sending.ts";

/** Calls in flight per instance: with 25 items each, 100,000 slots take a few minutes. */
export const usageSenders = 4;
const pollIntervalMs = 1_000;
/** Finds changed subscriptions that were not announced, because the connection was lost. */
const sweepIntervalMs = 60_000;

/** @param ctx its `now` is Microsoft's time */
export function startMetering(ctx: Context) {
  const { db, log } = ctx;
  const stopping = new AbortController();
  const changed = new Set<string>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = 0;
  let hasNews = false;

  async function sealAll(): Promise<void> {
    while (!stopping.signal.aborted && (await carryLateUsage(ctx)) > 0) hasNews = true;
    while (!stopping.signal.aborted && (await sealUsage(ctx)) > 0) hasNews = true;
  }

  async function drain(): Promise<void> {
    while (!stopping.signal.aborted && performance.now() >= pausedUntil) {
      const { count, pauseMs } = await sendUsage(ctx, { signal: stopping.signal });
      if (pauseMs !== null) pausedUntil = performance.now() + pauseMs;
      if (count === 0) return;
      hasNews = true;
    }
  }

  async function noticeChanges(): Promise<void> {
    const isSweep = performance.now() - sweptAt >= sweepIntervalMs;
    if (!isSweep && changed.size === 0) return;
    const ids = isSweep ? null : [...changed];
    changed.clear();
    if (isSweep) sweptAt = performance.now();
    try {
      const { graceMinutes } = await currentUsageSettings(db);
      await sealChanged(db, ids, { now: ctx.now(), graceMinutes });
    } catch (error) {
      // The next round finds them again.
      sweptAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async function round(): Promise<void> {
    await noticeChanges();
    const { isSealing, isSending } = await hasUsageWork(db, ctx.now());
    if (isSealing) await sealAll();
    if (isSealing || isSending) {
      while ((await giveUpOldUsage(ctx)) > 0) hasNews = true;
      // Wait for all of them before the next round or the stop, even if one fails.
      const ends = await Promise.allSettled(Array.from({ length: usageSenders }, drain));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    }
    if (!hasNews) return;
    hasNews = false;
    await announce(db, [{ topic: "usage", subscriptionId: null }]);
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ err: error }, "usage could not be sealed or sent; it is tried again");
      }
      await sleep(pollIntervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const working = work();
  return {
    /** A subscription has changed, so its usage may be due now. Null: any subscription may have changed. */
    notice(subscriptionId: string | null): void {
      if (subscriptionId === null) sweptAt = Number.NEGATIVE_INFINITY;
      else changed.add(subscriptionId);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await working;
    },
  };
}
