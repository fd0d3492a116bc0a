/** Works on operations that are due: claims them and runs many at a time. A lock proves that the worker is alive. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Settling } from "../commands/operations/schedule-retry.ts";
import type { Database } from "../database/connection/database.ts";
import { type Operation, releaseClaims } from "../database/writes/operation-claims.ts";
import { v7 as newId } from "uuid";
import { createClaimedRuns } from "./claimed-runs.ts";
import { openLiveness } from "./liveness.ts";
import { restartOnFailure } from "./restart-on-failure.ts";
import { createWakeUps } from "./wake-ups.ts";

/**
 * Operations in progress per instance, each with at most one open call to Microsoft. They mostly wait for Microsoft
 * and for shared statements: fewer would leave the CPU idle during a backlog.
 */
export const settlingConcurrency = 128;
/** While the webhook is busy, because Microsoft does not resend a delivery that could not be stored, and stored ones can wait. */
export const concurrencyDuringIntake = 16;
/** More operations in progress than this are a backlog. */
const busyConcurrency = 16;
/** A busy worker claims at least this share of its concurrency. */
const minClaimShare = 1 / 4;
/** Finds work without a wake-up: operations of an instance that died, or that had to wait. */
const pollIntervalMs = 1_000;
/**
 * Between claims while Microsoft does not respond and webhooks arrive: almost all runs would only be postponed, and slow down
 * the intake.
 */
const outagePauseMs = 250;
/** A longer stop would delay deployments. */
const stopTimeoutMs = 5_000;

export type SettlingOptions = {
  url: string;
  db: Database;
  /** One run; an operation never has two at a time. */
  run: (operation: Operation) => Promise<Settling>;
  /** Whether this instance's webhook needs the machine now. */
  isIntakeBusy: () => boolean;
  /** Whether Microsoft does not respond, so that runs are postponed. */
  isOutage: () => boolean;
  log: Logger;
};

/** Starts working. `wake`: something may be due; `stop` waits a while for runs in progress. */
export function startSettling({ url, db, run, isIntakeBusy, isOutage, log }: SettlingOptions) {
  let isStopped = false;
  let workerId: string | null = null;
  const { wake, sleepUntilWoken, ignoreWakes } = createWakeUps();
  const runs = createClaimedRuns({ db, run, wake, pollIntervalMs, log });

  async function work(by: string, isLost: () => boolean): Promise<void> {
    while (!isStopped && !isLost()) {
      const maxClaimed = isIntakeBusy() ? concurrencyDuringIntake : settlingConcurrency;
      const free = maxClaimed - runs.count();
      if (free < maxClaimed * minClaimShare) {
        await sleepUntilWoken(pollIntervalMs);
        continue;
      }
      try {
        await runs.releaseStale(by);
        ignoreWakes();
        const claimed = await runs.claim(by, free);
        if (isIntakeBusy() && isOutage()) await sleep(outagePauseMs);
        else if (claimed < free) await sleepUntilWoken(pollIntervalMs);
      } catch (error) {
        if (isStopped || isLost()) return;
        log.warn({ err: error }, "could not claim operations; retrying in a second");
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
      workerId = by;
      await work(by, () => isLost);
      await Promise.race([runs.ended(), sleep(stopTimeoutMs, undefined, { ref: false })]);
      if (!isLost) await releaseClaims(db, { by, except: [] });
    } finally {
      workerId = null;
      await liveness.close();
    }
  }

  const supervised = restartOnFailure(superviseOnce, {
    isStopped: () => isStopped,
    log,
    failureMessage: "could not work on operations; retrying in a second",
  });
  return {
    wake,
    isBusy: () => runs.count() > busyConcurrency,
    /** The id under which it claims operations, with a lock that proves liveness; null without one. */
    workerId: () => workerId,
    async stop(): Promise<void> {
      isStopped = true;
      wake();
      await supervised;
    },
  };
}
