/** Entra's signing keys, from its v1 and v2 discovery documents for one tenant. */

import type { KeyObject } from "node:crypto";
import type { EntraFetch } from "./entra-fetch.ts";
import type { TokenVersion } from "./fetch-signing-keys.ts";
import { createKeySets, type KnownKeys, retryWithKeysMs } from "./key-sets.ts";
import type { MarketplaceLog } from "./types.ts";
import { createUnknownKeys, type LookedUp } from "./unknown-keys.ts";

const hourMs = 3_600_000;
const refreshEveryMs = hourMs;
/** Entra recommends a day. After it a new fetch is awaited, and the old keys are still used if it fails. */
const maxKeyAgeMs = 24 * hourMs;
/** After a failed fetch, however many webhooks arrive. */
const retryWithoutKeysMs = 5_000;

export type SigningKeys = {
  /** The issuer for this token version; null if unknown or too old. */
  issuerOf(version: TokenVersion): string | null;
  /** The same object as long as the key is in Entra's sets. */
  find(keyId: string): KeyObject | null;
  /** A fetch to await if keys are missing or older than a day; null if the current ones can be used. */
  prepare(): Promise<boolean> | null;
  /**
   * Fetches because of an unknown key id, at most once in 5 minutes for all of them. `absent`: not in sets that
   * were fetched after its first use. `unknown`: not fetched yet, and known in `retryAfterMs`; the sets are then
   * fetched anyway, so that a forged id only delays a new key.
   */
  lookFor(keyId: string): Promise<LookedUp>;
  /** How many keys are known, and when the older of the two sets was fetched; null if never both. */
  known(): KnownKeys;
  /** Fetches now, or joins the fetch in progress. Never throws; true if both sources could be read. */
  refresh(): Promise<boolean>;
  start(): void;
  stop(): void;
};

/** `authority` and `tenantId` in lower case, as Entra writes them. */
export function createSigningKeys(
  { authority, tenantId }: { authority: string; tenantId: string },
  {
    now,
    log,
    entraFetch = fetch,
  }: { now: () => Date; log?: MarketplaceLog | undefined; entraFetch?: EntraFetch | undefined },
): SigningKeys {
  let timer: NodeJS.Timeout | null = null;
  let stopper = new AbortController();
  const sets = createKeySets({ authority, tenantId, now, log, entraFetch, stopSignal: () => stopper.signal });
  const unknownKeys = createUnknownKeys(sets, { now, isStarted: () => timer !== null });

  return {
    issuerOf: sets.issuerOf,
    find: sets.find,
    prepare() {
      const ageMs = sets.ageMs();
      if (ageMs <= refreshEveryMs) return null;
      if (ageMs <= maxKeyAgeMs) {
        // The timer did not fire, because the machine slept or the timer was never started.
        if (!sets.pending() && sets.canRetry(retryWithKeysMs)) void sets.refresh();
        return null;
      }
      return sets.pending() || sets.canRetry(retryWithoutKeysMs) ? sets.refresh() : null;
    },
    lookFor: unknownKeys.lookFor,
    known: sets.known,
    refresh: sets.refresh,
    start() {
      if (timer) return;
      stopper = new AbortController();
      timer = setInterval(() => void sets.refresh(), refreshEveryMs);
      timer.unref();
      void sets.refresh();
    },
    stop() {
      if (timer) clearInterval(timer);
      timer = null;
      unknownKeys.stop();
      stopper.abort();
    },
  };
}
