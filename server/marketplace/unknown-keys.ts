/** Key ids that are in none of Entra's sets: whether a token with such an id is forged, or its key is new. */

import { type KeySets, retryWithKeysMs } from "./key-sets.ts";

/** Entra's recommendation: unknown key ids cause at most one fetch in 5 minutes. */
const unknownKeyEveryMs = 5 * 60_000;
/** How long a key id that is not in Entra's sets counts as absent; then it is unknown again. */
const absentForMs = 60_000;
const maxAbsentKeys = 1_000;
/** Entra's key ids are base64url, so other ids need no fetch. */
const entraKeyId = /^[\w-]+$/;

/** `unknown`: not fetched yet, and known in `retryAfterMs`. */
export type LookedUp = { is: "found" | "absent" } | { is: "unknown"; retryAfterMs: number };

/** @param options.isStarted only then a fetch can be planned */
export function createUnknownKeys(sets: KeySets, options: { now: () => Date; isStarted: () => boolean }) {
  const nowMs = () => options.now().getTime();
  /** When an unknown key id may next cause a fetch. */
  let mayRefreshAt = Number.NEGATIVE_INFINITY;
  /** Until when key ids are known to be absent, the oldest first. */
  const absentUntil = new Map<string, number>();
  /** Key ids that wait for the next fetch. */
  const awaited = new Set<string>();
  let refreshTimer: NodeJS.Timeout | null = null;

  /** A key id that was in Entra's sets is absent until it returns. */
  function isAbsent(keyId: string): boolean {
    return sets.isWithdrawn(keyId) || (absentUntil.get(keyId) ?? 0) > nowMs();
  }

  function recordAbsent(keyId: string): void {
    absentUntil.set(keyId, nowMs() + absentForMs);
    const [oldest] = absentUntil.keys();
    if (absentUntil.size > maxAbsentKeys && oldest !== undefined) absentUntil.delete(oldest);
  }

  /** The next fetch for unknown key ids; those that it does not find are absent. */
  async function look(keyIds: readonly string[]): Promise<boolean> {
    mayRefreshAt = nowMs() + unknownKeyEveryMs;
    const isComplete = await sets.refresh();
    if (!isComplete) mayRefreshAt = nowMs() + retryWithKeysMs;
    else for (const keyId of keyIds) if (!sets.find(keyId)) recordAbsent(keyId);
    return isComplete;
  }

  /** The next fetch does not depend on further calls, so a retry finds the key. */
  function isUnknownUntilRefresh(keyId: string): LookedUp {
    const retryAfterMs = Math.max(mayRefreshAt - nowMs(), 0);
    if (awaited.size < maxAbsentKeys) awaited.add(keyId);
    if (options.isStarted() && refreshTimer === null) {
      refreshTimer = setTimeout(() => {
        refreshTimer = null;
        const keyIds = [...awaited];
        awaited.clear();
        if (nowMs() >= mayRefreshAt) void look(keyIds);
      }, retryAfterMs);
      refreshTimer.unref();
    }
    return { is: "unknown", retryAfterMs };
  }

  return {
    /** Fetches the sets if that is allowed, or plans to. */
    async lookFor(keyId: string): Promise<LookedUp> {
      if (!entraKeyId.test(keyId) || isAbsent(keyId)) return { is: "absent" };
      // A fetch in progress may have begun before Entra published the key.
      const pending = sets.pending();
      if (pending) await pending;
      if (sets.find(keyId)) return { is: "found" };
      if (isAbsent(keyId)) return { is: "absent" };
      if (nowMs() < mayRefreshAt) return isUnknownUntilRefresh(keyId);
      const isComplete = await look([keyId]);
      if (sets.find(keyId)) return { is: "found" };
      return isComplete ? { is: "absent" } : isUnknownUntilRefresh(keyId);
    },
    /** Cancels the planned fetch. */
    stop(): void {
      if (refreshTimer) clearTimeout(refreshTimer);
      refreshTimer = null;
    },
  };
}
