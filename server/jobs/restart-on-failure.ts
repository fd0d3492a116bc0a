/** What runs for as long as the app does, and begins again when it ends before. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

const restartAfterMs = 1_000;

/** Runs it over and over until it is stopped. @param trouble what is logged when it fails; that is tried again in a second */
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
