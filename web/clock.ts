import { useSyncExternalStore } from "react";

type Ticker = { read(): number; listen(listener: () => void): () => void };

/** A clock that runs while somebody listens. Its functions stay the same, so that rendering again does not listen again. */
function createTicker(everyMs: number): Ticker {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  function tick() {
    now = Date.now();
    for (const listener of listeners) listener();
  }
  return {
    read() {
      // Nobody kept it running: what it shows may be old.
      if (timer === undefined && Date.now() - now > 1_000) now = Date.now();
      return now;
    },
    listen(listener) {
      listeners.add(listener);
      timer ??= setInterval(tick, everyMs);
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

/** Milliseconds since 1970, renewed every so often; all who ask for the same pace share one timer. */
export function useNow(everyMs: keyof typeof tickers): number {
  const { listen, read } = tickers[everyMs];
  return useSyncExternalStore(listen, read);
}
