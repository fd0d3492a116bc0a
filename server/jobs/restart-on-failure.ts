/** Runs something for as long as the app runs, and restarts it when it fails. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

const restartAfterMs = 1_000;

/**
 * Runs again when it ends or fails, after a second.
 * @param options.failureMessage logged with each failure
 */
export async function restartOnFailure(
  run: () => Promise<void>,
  options: { isStopped: () => boolean; log: Logger; failureMessage: string },
): Promise<void> {
  const { isStopped, log, failureMessage } = options;
  while (!isStopped()) {
    try {
      await run();
    } catch (error) {
      if (!isStopped()) log.warn({ err: error }, failureMessage);
    }
    if (!isStopped()) await sleep(restartAfterMs);
  }
}
