/** Rate limit per API key: a token bucket. Each instance counts for itself. */

/** Calls per second on average, and the size of a burst. */
export const callsPerSecond = 50;
const maxBurstCalls = 200;

/** @returns takes one call from a key's bucket; false if it is empty, until at most a second later */
export function createCallBudget(now: () => Date): (keyId: string) => boolean {
  const buckets = new Map<string, { left: number; at: number }>();
  return (keyId) => {
    const at = now().getTime();
    const bucket = buckets.get(keyId) ?? { left: maxBurstCalls, at };
    const gained = (Math.max(0, at - bucket.at) / 1_000) * callsPerSecond;
    const left = Math.min(maxBurstCalls, bucket.left + gained);
    const isEnough = left >= 1;
    buckets.set(keyId, { left: isEnough ? left - 1 : left, at });
    return isEnough;
  };
}
