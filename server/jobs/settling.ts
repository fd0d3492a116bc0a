/** Works on operations that are due: claims them, runs many at a time, and proves that it lives while it holds them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Settling } from "../commands/operations/schedule-retry.ts";
import type { Database } from "../database/connection/database.ts";
import { claimDue, type Operation, releaseClaims } from "../database/writes/operation-claims.ts";
import { v7 as newId } from "uuid";
import { openLiveness } from "./liveness.ts";
import { restartOnFailure } from "./restart-on-failure.ts";

/**
 * Operations under way on one instance; each has at most one call to Microsoft open. Most of their time they wait, for Microsoft
 * and for the statement that they share: fewer would leave the processor idle while a backlog waits.
 */
export const settlingConcurrency = 128;
/** While the webhook is busy: what it cannot store is lost to its sender, and what it has stored can wait. */
export const concurrencyDuringIntake = 16;
/** A worker that is busy claims at least this part of what it may have under way. */
const minClaimShare = 1 / 4;
/** What nobody was woken for is found by then: operations of an instance that died, or that had to wait. */
const pollIntervalMs = 1_000;
/** Longer would keep a deployment waiting. */
const stopTimeoutMs = 5_000;

export type SettlingOptions = {
  url: string;
  db: Database;
  /** One run; never two of an operation at a time. */
  run: (operation: Operation) => Promise<Settling>;
  /** Whether the webhook of this instance needs the machine now. */
  isIntakeBusy: () => boolean;
  log: Logger;
};

/** Starts working; `wake` says that something may have become due, `stop` lets the runs under way end for a while. */
export function startSettling({ url, db, run, isIntakeBusy, log }: SettlingOptions) {
  let isStopped = false;
  let claimsBy: string | null = null;
  const running = new Map<Promise<void>, string>();
  /** A run could not write how it ended, and its claim has to be given back for it. */
  let hasLeftClaims = false;
  let isAwake = true;
  let wakeUp = (): void => {};
  let wakePlanned: NodeJS.Immediate | null = null;

  /** Those who end in one turn of the event loop wake once. */
  function wake(): void {
    wakePlanned ??= setImmediate(() => {
      wakePlanned = null;
      isAwake = true;
      wakeUp();
    });
  }

  async function waitForWake(ms: number): Promise<void> {
    if (!isAwake) {
      const woken = new Promise<void>((resolve) => (wakeUp = resolve));
      const tick = new AbortController();
      await Promise.race([woken, sleep(ms, undefined, { signal: tick.signal }).catch(() => {})]);
      tick.abort();
    }
    isAwake = false;
  }

  function start(operation: Operation): void {
    const ended: Promise<void> = run(operation)
      .then(
        (settling) => {
          if (!settling.isDone && settling.waitMs < pollIntervalMs) setTimeout(wake, settling.waitMs + 2).unref();
        },
        (error: unknown) => {
          log.warn({ err: error, operationId: operation.id }, "a run could not be finished; it is taken up again");
          hasLeftClaims = true;
        },
      )
      .finally(() => {
        running.delete(ended);
        wake();
      });
    running.set(ended, operation.id);
  }

  async function work(by: string, isLost: () => boolean): Promise<void> {
    while (!isStopped && !isLost()) {
      const maxClaimed = isIntakeBusy() ? concurrencyDuringIntake : settlingConcurrency;
      const free = maxClaimed - running.size;
      if (free < maxClaimed * minClaimShare) {
        await waitForWake(pollIntervalMs);
        continue;
      }
      try {
        if (hasLeftClaims) await releaseClaims(db, { by, except: [...running.values()] });
        hasLeftClaims = false;
        isAwake = false;
        const claimed = await claimDue(db, { by, limit: free });
        for (const operation of claimed) start(operation);
        if (claimed.length < free) await waitForWake(pollIntervalMs);
      } catch (error) {
        if (isStopped || isLost()) return;
        log.warn({ err: error }, "operations could not be claimed; it is tried again in a second");
        await sleep(pollIntervalMs);
      }
    }
  }

  async function superviseOnce(): Promise<void> {
    let isLost = false;
    const liveness = await openLiveness({
      url,
      onLost: () => {
        isLost = true;
        wake();
      },
    });
    const by = newId();
    try {
      await liveness.prove(by);
      claimsBy = by;
      await work(by, () => isLost);
      await Promise.race([Promise.allSettled(running.keys()), sleep(stopTimeoutMs, undefined, { ref: false })]);
      if (!isLost) await releaseClaims(db, { by, except: [] });
    } finally {
      claimsBy = null;
      await liveness.close();
    }
  }

  const supervised = restartOnFailure(superviseOnce, {
    isStopped: () => isStopped,
    log,
    failureMessage: "operations cannot be worked on; it is tried again in a second",
  });
  return {
    wake,
    /** By which id it claims operations, with a lock that proves that it lives; null while it has none. */
    claimsBy: () => claimsBy,
    async stop(): Promise<void> {
      isStopped = true;
      wake();
      await supervised;
    },
  };
}
