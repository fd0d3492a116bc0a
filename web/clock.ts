import { useSyncExternalStore } from "react";

type Ticker = { read(): number; listen(listener: () => void): () => void };

/** A clock that runs while it has listeners. Its functions are stable, so that re-rendering does not resubscribe. */
function createTicker(intervalMs: number): Ticker {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  function tick() {
    now = Date.now();
    for (const listener of listeners) listener();
  }
  return {
    read() {
      // Without listeners the clock has stopped, so its time may be old, or ahead if the computer's clock was set back.
      if (timer === undefined && Math.abs(Date.now() - now) > 1_000) now = Date.now();
      return now;
    },
    listen(listener) {
      listeners.add(listener);
      timer ??= setInterval(tick, intervalMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const tickers = { 1_000: createTicker(1_000), 15_000: createTicker(15_000) };

/** The current time in milliseconds, updated at an interval. Callers with the same interval share a timer. */
export function useNow(intervalMs: keyof typeof tickers): number {
  const { listen, read } = tickers[intervalMs];
  return useSyncExternalStore(listen, read);
}
