/** A worker's sleep between two looks for work, which ends early when there may be some. */
import { setTimeout as sleep } from "node:timers/promises";

export function createWakeUps() {
  let isAwake = true;
  let wakeUp = (): void => {};
  let wakePlanned: NodeJS.Immediate | null = null;

  return {
    /** There may be work. Calls in one turn of the event loop wake once. */
    wake(): void {
      wakePlanned ??= setImmediate(() => {
        wakePlanned = null;
        isAwake = true;
        wakeUp();
      });
    },
    /** The worker looks for work now: only a later wake-up ends its next sleep early. */
    ignoreWakes(): void {
      isAwake = false;
    },
    /** Does not sleep if there was a wake-up since the last sleep or look. */
    async sleepUntilWoken(maxMs: number): Promise<void> {
      if (!isAwake) {
        const woken = new Promise<void>((resolve) => (wakeUp = resolve));
        const tick = new AbortController();
        await Promise.race([woken, sleep(maxMs, undefined, { signal: tick.signal }).catch(() => {})]);
        tick.abort();
      }
      isAwake = false;
    },
  };
}
