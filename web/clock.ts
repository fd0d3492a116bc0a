import { useSyncExternalStore } from "react";

type Ticker = { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | undefined };
const tickers = new Map<number, Ticker>();

function tickerOf(everyMs: number): Ticker {
  let ticker = tickers.get(everyMs);
  if (!ticker) tickers.set(everyMs, (ticker = { now: Date.now(), listeners: new Set(), timer: undefined }));
  return ticker;
}

function listen(everyMs: number, listener: () => void): () => void {
  const ticker = tickerOf(everyMs);
  ticker.now = Date.now();
  ticker.listeners.add(listener);
  ticker.timer ??= setInterval(() => {
    ticker.now = Date.now();
    for (const each of ticker.listeners) each();
  }, everyMs);
  return () => {
    ticker.listeners.delete(listener);
    if (ticker.listeners.size > 0) return;
    clearInterval(ticker.timer);
    ticker.timer = undefined;
  };
}

/** Milliseconds since 1970, renewed every so often; all who ask for the same pace share one timer. */
export function useNow(everyMs: 1_000 | 15_000): number {
  return useSyncExternalStore(
    (listener) => listen(everyMs, listener),
    () => {
      const ticker = tickerOf(everyMs);
      if (ticker.timer === undefined && Date.now() - ticker.now > 1_000) ticker.now = Date.now();
      return ticker.now;
    },
  );
}
