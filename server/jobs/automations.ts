/** Runs automations: every few seconds on new events, and twice a minute on subscriptions that have begun to match filters. */
import { setTimeout as sleep } from "node:timers/promises";
import { enterViews, runAutomations, type AttemptCounts } from "../commands/automations/run-automations.ts";
import type { Context } from "../context.ts";
import { sweepFirings } from "../database/writes/automations.ts";

const everyMs = 3_000;
/** Filters are compared less often, because each comparison reads a list. */
const roundsBetweenComparisons = 10;
const roundsBetweenSweeps = 200;

export type AutomationsOptions = Omit<Context, "actor"> & {
  /** Whether the webhook or the settling of operations needs the machine now, or the sample history is still replayed. */
  isBusy: () => boolean;
};

export function startAutomations({ isBusy, ...ctx }: AutomationsOptions) {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function follow(): Promise<void> {
    let lastId: string | null = null;
    const tries: AttemptCounts = new Map();
    for (let round = 0; !signal.aborted; round += 1) {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || isBusy()) continue;
      try {
        await runAutomations(ctx, { signal, tries });
        if (round % roundsBetweenComparisons === 0) lastId = await enterViews(ctx, { signal, tries, isBusy, lastId });
        if (round % roundsBetweenSweeps === 0) await sweepFirings(ctx.db, ctx.now());
      } catch (error) {
        ctx.log.warn({ err: error }, "automations could not act; they try again");
      }
    }
  }

  const following = follow();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await following;
    },
  };
}
