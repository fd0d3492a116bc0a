/** How much one key may call: a bucket that fills steadily. Each instance counts for itself. */

/** Calls a second in the long run, and how many may come at once. */
export const callsPerSecond = 50;
const callsAtOnce = 200;

/** @returns takes one call from the bucket of a key; false: it is empty, and has one again within a second */
export function createCallBudget(now: () => Date): (keyId: string) => boolean {
  const buckets = new Map<string, { left: number; at: number }>();
  return (keyId) => {
    const at = now().getTime();
    const bucket = buckets.get(keyId) ?? { left: callsAtOnce, at };
    const gained = (Math.max(0, at - bucket.at) / 1_000) * callsPerSecond;
    const left = Math.min(callsAtOnce, bucket.left + gained);
    const isEnough = left >= 1;
    buckets.set(keyId, { left: isEnough ? left - 1 : left, at });
    return isEnough;
  };
}
