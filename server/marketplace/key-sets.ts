/** Entra's two sets of signing keys, as they were last read: one for each token version. */

import type { KeyObject } from "node:crypto";
import type { EntraFetch } from "./entra-fetch.ts";
import { codeOf } from "./failures.ts";
import { type FetchedKeys, fetchSigningKeys, type TokenVersion, tokenVersions } from "./fetch-signing-keys.ts";
import type { MarketplaceLog } from "./types.ts";

/** After this time we no longer know what Entra signs with. */
const keptForMs = 48 * 3_600_000;
const maxWithdrawnKeys = 1_000;
/** A failed fetch is not repeated immediately, however many webhooks arrive, while there are old keys. */
export const retryWithKeysMs = 60_000;

export type KnownKeys = { count: number; fetchedAt: Date | null; /** The last fetch succeeded. */ isCurrent: boolean };

export type KeySets = {
  /** The issuer for this token version; null if unknown or too old. */
  issuerOf(version: TokenVersion): string | null;
  /** The same object as long as the key is in Entra's sets. */
  find(keyId: string): KeyObject | null;
  /** The key was in Entra's sets and no longer is. */
  isWithdrawn(keyId: string): boolean;
  /** How many keys are known, and when the older of the two sets was fetched; null if never both. */
  known(): KnownKeys;
  /** Milliseconds since the older of the two sets was fetched; infinite if never both. */
  ageMs(): number;
  /** Fetches both now, or joins the fetch in progress. Never throws; true if both could be read. */
  refresh(): Promise<boolean>;
  /** The fetch in progress. */
  pending(): Promise<boolean> | null;
  /** False for this time after a fetch that failed. */
  canRetry(afterMs: number): boolean;
};

type KeySetOptions = {
  /** In lower case, as Entra writes them. */
  authority: string;
  tenantId: string;
  now: () => Date;
  log?: MarketplaceLog | undefined;
  entraFetch: EntraFetch;
  /** Aborts the fetches that begin now. */
  stopSignal: () => AbortSignal;
};

export function createKeySets(options: KeySetOptions): KeySets {
  const { authority, tenantId, now, log, entraFetch, stopSignal } = options;
  const sources = new Map<TokenVersion, FetchedKeys & { fetchedAt: number }>();
  let pending: Promise<boolean> | null = null;
  /** When the older of the two sources was fetched. */
  let allFetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  const withdrawn = new Set<string>();

  function sourceOf(version: TokenVersion): FetchedKeys | null {
    const source = sources.get(version);
    return source && now().getTime() - source.fetchedAt <= keptForMs ? source : null;
  }

  async function refreshOne(version: TokenVersion): Promise<boolean> {
    try {
      const source = await fetchSigningKeys(authority, tenantId, version, stopSignal(), entraFetch);
      const before = sources.get(version)?.keys;
      const keys = new Map([...source.keys].map(([id, key]) => [id, sameKey(before?.get(id), key)]));
      sources.set(version, { issuer: source.issuer, keys, fetchedAt: now().getTime() });
      for (const id of before?.keys() ?? []) if (!keys.has(id)) withdrawn.add(id);
      for (const id of keys.keys()) withdrawn.delete(id);
      for (const id of [...withdrawn].slice(0, -maxWithdrawnKeys)) withdrawn.delete(id);
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      const until = sources.has(version) ? "the previous ones are still used" : "tokens cannot be verified yet";
      log?.warn({ version, reason }, `could not fetch Entra's signing keys; ${until}`);
      return false;
    }
  }

  function refresh(): Promise<boolean> {
    pending ??= Promise.all(tokenVersions.map(refreshOne))
      .then((results) => {
        triedAt = now().getTime();
        hasFailed = results.includes(false);
        allFetchedAt = Math.min(
          ...tokenVersions.map((version) => sources.get(version)?.fetchedAt ?? Number.NEGATIVE_INFINITY),
        );
        return !hasFailed;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  return {
    issuerOf: (version) => sourceOf(version)?.issuer ?? null,
    find(keyId) {
      for (const version of tokenVersions) {
        const key = sourceOf(version)?.keys.get(keyId);
        if (key) return key;
      }
      return null;
    },
    isWithdrawn: (keyId) => withdrawn.has(keyId),
    known: () => ({
      count: new Set(tokenVersions.flatMap((version) => [...(sourceOf(version)?.keys.keys() ?? [])])).size,
      fetchedAt: Number.isFinite(allFetchedAt) ? new Date(allFetchedAt) : null,
      isCurrent: !hasFailed,
    }),
    ageMs: () => now().getTime() - allFetchedAt,
    refresh,
    pending: () => pending,
    canRetry: (afterMs) => !hasFailed || now().getTime() - triedAt >= afterMs,
  };
}

/** Verified tokens are remembered by their key's object, so an unchanged key keeps it. */
function sameKey(before: KeyObject | undefined, key: KeyObject): KeyObject {
  return before?.equals(key) ? before : key;
}

/** `fetch failed` alone says nothing: its cause has the code, such as EAI_AGAIN for a name that cannot be resolved. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${codeOf(error)})`;
}
