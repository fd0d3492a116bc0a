/** The pauses between the attempts of a call. */
import { setTimeout as sleep } from "node:timers/promises";

const firstBackoffMs = 250;

const maxBackoffMs = 4_000;

/** Spreads callers that wait for the same moment. */
export function addJitter(pauseMs: number): number {
  return pauseMs * (1 + Math.random() / 20);
}

/** Full jitter. */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(maxBackoffMs, firstBackoffMs * 2 ** (attempt - 1));
}

/** False if the deadline comes first, or the caller gives up. */
export async function waitFor(ms: number, endsAt: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (performance.now() + ms >= endsAt) return false;
  await sleep(Math.ceil(ms), undefined, { signal }).catch(() => undefined);
  return !signal?.aborted;
}
