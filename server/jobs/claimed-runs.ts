/** Runs of operations in progress, and the claims that they hold. */
import type { Logger } from "pino";
import type { Settling } from "../commands/operations/schedule-retry.ts";
import type { Database } from "../database/connection/database.ts";
import { claimDue, type Operation, releaseClaims } from "../database/writes/operation-claims.ts";

type ClaimedRunsOptions = {
  db: Database;
  run: (operation: Operation) => Promise<Settling>;
  /** Called when a run has ended, and when an operation is due again before the next poll. */
  wake: () => void;
  pollIntervalMs: number;
  log: Logger;
};

export function createClaimedRuns({ db, run, wake, pollIntervalMs, log }: ClaimedRunsOptions) {
  const running = new Map<Promise<void>, string>();
  /** A run could not write its end, or the answer to a claim was lost after its commit: these claims have to be released. */
  let hasStaleClaims = false;

  function start(operation: Operation): void {
    const ended: Promise<void> = run(operation)
      .then(
        (settling) => {
          if (!settling.isDone && settling.waitMs < pollIntervalMs) setTimeout(wake, settling.waitMs + 2).unref();
        },
        (error: unknown) => {
          log.warn({ err: error, operationId: operation.id }, "a run could not be completed; it will be repeated");
          hasStaleClaims = true;
        },
      )
      .finally(() => {
        running.delete(ended);
        wake();
      });
    running.set(ended, operation.id);
  }

  return {
    count: () => running.size,
    /** Releases the worker's claims that no run holds, if there may be any. */
    async releaseStale(by: string): Promise<void> {
      if (!hasStaleClaims) return;
      // Before the release: a run that fails during it leaves another claim.
      hasStaleClaims = false;
      try {
        await releaseClaims(db, { by, except: [...running.values()] });
      } catch (error) {
        hasStaleClaims = true;
        throw error;
      }
    },
    /**
     * Claims operations that are due, and starts their runs.
     * @param by the worker's id
     * @returns how many
     */
    async claim(by: string, limit: number): Promise<number> {
      try {
        const claimed = await claimDue(db, { by, limit });
        for (const operation of claimed) start(operation);
        return claimed.length;
      } catch (error) {
        hasStaleClaims = true;
        throw error;
      }
    },
    /** Waits for the runs in progress. */
    ended: (): Promise<unknown> => Promise.allSettled(running.keys()),
  };
}
