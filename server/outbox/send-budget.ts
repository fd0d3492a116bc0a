/** Limits the messages per second to one receiver with a token bucket. Each instance counts separately. */

const messagesPerSecond = 100;
const burst = 100;

export function createSendBudget(nowMs: () => number = () => performance.now()) {
  const buckets = new Map<string, { left: number; at: number }>();

  function leftOf(receiverId: string): number {
    const bucket = buckets.get(receiverId);
    if (!bucket) return burst;
    const at = nowMs();
    bucket.left = Math.min(burst, bucket.left + ((at - bucket.at) / 1_000) * messagesPerSecond);
    bucket.at = at;
    return bucket.left;
  }

  return {
    take(receiverId: string): void {
      buckets.set(receiverId, { left: leftOf(receiverId) - 1, at: nowMs() });
    },
    /** The slots in use by receiver; a receiver without budget counts as using all. */
    usedSlots(inFlight: ReadonlyMap<string, number>, slots: number): Record<string, number> {
      const used: Record<string, number> = Object.fromEntries(inFlight);
      for (const receiverId of buckets.keys()) {
        const free = Math.floor(leftOf(receiverId));
        used[receiverId] = Math.max(used[receiverId] ?? 0, slots - free);
      }
      return used;
    },
  };
}
