/** Entra's signing keys, from its v1 and v2 discovery documents for one tenant. */

import { createPublicKey, type KeyObject } from "node:crypto";
import { isFields, parseJson, readText, rowsOf } from "./parse-response.ts";
import { readBounded } from "../bounded-body.ts";
import type { EntraFetch } from "./entra-fetch.ts";
import { isLoopback } from "./entra-network.ts";
import { codeOf } from "./failures.ts";
import type { MarketplaceLog } from "./types.ts";

const hourMs = 3_600_000;
const refreshEveryMs = hourMs;
/** Entra recommends a day. After it a new fetch is awaited, and the old keys are still used if it fails. */
const maxKeyAgeMs = 24 * hourMs;
/** After this time we no longer know what Entra signs with. */
const keptForMs = 48 * hourMs;
/** Entra's recommendation: unknown key ids cause at most one fetch in 5 minutes. */
const unknownKeyEveryMs = 5 * 60_000;
/** How long a key id that is not in Entra's sets counts as absent; then it is unknown again. */
const absentForMs = 60_000;
const maxAbsentKeys = 1_000;
/** Entra's key ids are base64url, so other ids need no fetch. */
const entraKeyId = /^[\w-]+$/;
/** A failed fetch is not repeated immediately, however many webhooks arrive: without keys, and with old ones. */
const retryWithoutKeysMs = 5_000;
const retryWithKeysMs = 60_000;
const fetchDeadlineMs = 5_000;
const maxDocumentBytes = 1_000_000;
const maxKeys = 100;
const minModulusBits = 2048;

export type TokenVersion = "1.0" | "2.0";
const discoveryPaths: Record<TokenVersion, string> = {
  "1.0": ".well-known/openid-configuration",
  "2.0": "v2.0/.well-known/openid-configuration",
};
const versions = Object.keys(discoveryPaths) as TokenVersion[];

/** The latest readable content of one discovery document and its key set. */
type Source = { issuer: string; keys: ReadonlyMap<string, KeyObject>; fetchedAt: number };

export type KnownKeys = { count: number; fetchedAt: Date | null; /** The last fetch succeeded. */ isCurrent: boolean };

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
  lookFor(keyId: string): Promise<{ is: "found" | "absent" } | { is: "unknown"; retryAfterMs: number }>;
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
  const sources = new Map<TokenVersion, Source>();
  let pending: Promise<boolean> | null = null;
  /** When the older of the two sources was fetched. */
  let allFetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  /** When an unknown key id may next cause a fetch. */
  let mayRefreshAt = Number.NEGATIVE_INFINITY;
  /** Until when key ids are known to be absent, the oldest first. */
  const absentUntil = new Map<string, number>();
  /** Key ids that were in Entra's sets and no longer are: absent until they return. */
  const withdrawn = new Set<string>();
  /** Key ids that wait for the next fetch. */
  const awaited = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let refreshTimer: NodeJS.Timeout | null = null;
  let stopper = new AbortController();

  function sourceOf(version: TokenVersion): Source | null {
    const source = sources.get(version);
    return source && now().getTime() - source.fetchedAt <= keptForMs ? source : null;
  }

  async function refreshOne(version: TokenVersion): Promise<boolean> {
    try {
      const source = await fetchSource(authority, tenantId, version, stopper.signal, entraFetch);
      const before = sources.get(version)?.keys;
      const keys = new Map([...source.keys].map(([id, key]) => [id, sameKey(before?.get(id), key)]));
      sources.set(version, { issuer: source.issuer, keys, fetchedAt: now().getTime() });
      for (const id of before?.keys() ?? []) if (!keys.has(id)) withdrawn.add(id);
      for (const id of keys.keys()) withdrawn.delete(id);
      for (const id of [...withdrawn].slice(0, -maxAbsentKeys)) withdrawn.delete(id);
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      const until = sources.has(version) ? "the previous ones are still used" : "tokens cannot be verified yet";
      log?.warn({ version, reason }, `could not fetch Entra's signing keys; ${until}`);
      return false;
    }
  }

  function refresh(): Promise<boolean> {
    pending ??= Promise.all(versions.map(refreshOne))
      .then((results) => {
        triedAt = now().getTime();
        hasFailed = results.includes(false);
        allFetchedAt = Math.min(
          ...versions.map((version) => sources.get(version)?.fetchedAt ?? Number.NEGATIVE_INFINITY),
        );
        return !hasFailed;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  function canRetry(afterMs: number): boolean {
    return !hasFailed || now().getTime() - triedAt >= afterMs;
  }

  function find(keyId: string): KeyObject | null {
    for (const version of versions) {
      const key = sourceOf(version)?.keys.get(keyId);
      if (key) return key;
    }
    return null;
  }

  function isAbsent(keyId: string): boolean {
    return withdrawn.has(keyId) || (absentUntil.get(keyId) ?? 0) > now().getTime();
  }

  function recordAbsent(keyId: string): void {
    absentUntil.set(keyId, now().getTime() + absentForMs);
    const [oldest] = absentUntil.keys();
    if (absentUntil.size > maxAbsentKeys && oldest !== undefined) absentUntil.delete(oldest);
  }

  /** The next fetch for unknown key ids; those that it does not find are absent. */
  async function look(keyIds: readonly string[]): Promise<boolean> {
    mayRefreshAt = now().getTime() + unknownKeyEveryMs;
    const isComplete = await refresh();
    if (!isComplete) mayRefreshAt = now().getTime() + retryWithKeysMs;
    else for (const keyId of keyIds) if (!find(keyId)) recordAbsent(keyId);
    return isComplete;
  }

  /** The next fetch does not depend on further calls, so a retry finds the key. */
  function isUnknownUntilRefresh(keyId: string): { is: "unknown"; retryAfterMs: number } {
    const retryAfterMs = Math.max(mayRefreshAt - now().getTime(), 0);
    if (awaited.size < maxAbsentKeys) awaited.add(keyId);
    if (timer !== null && refreshTimer === null) {
      refreshTimer = setTimeout(() => {
        refreshTimer = null;
        const keyIds = [...awaited];
        awaited.clear();
        if (now().getTime() >= mayRefreshAt) void look(keyIds);
      }, retryAfterMs);
      refreshTimer.unref();
    }
    return { is: "unknown", retryAfterMs };
  }

  return {
    issuerOf: (version) => sourceOf(version)?.issuer ?? null,
    find,
    prepare() {
      const age = now().getTime() - allFetchedAt;
      if (age <= refreshEveryMs) return null;
      if (age <= maxKeyAgeMs) {
        // The timer did not fire, because the machine slept or the timer was never started.
        if (!pending && canRetry(retryWithKeysMs)) void refresh();
        return null;
      }
      return pending || canRetry(retryWithoutKeysMs) ? refresh() : null;
    },
    async lookFor(keyId) {
      if (!entraKeyId.test(keyId) || isAbsent(keyId)) return { is: "absent" };
      // A fetch in progress may have begun before Entra published the key.
      if (pending) await pending;
      if (find(keyId)) return { is: "found" };
      if (isAbsent(keyId)) return { is: "absent" };
      if (now().getTime() < mayRefreshAt) return isUnknownUntilRefresh(keyId);
      const isComplete = await look([keyId]);
      if (find(keyId)) return { is: "found" };
      return isComplete ? { is: "absent" } : isUnknownUntilRefresh(keyId);
    },
    known: () => ({
      count: new Set(versions.flatMap((version) => [...(sourceOf(version)?.keys.keys() ?? [])])).size,
      fetchedAt: Number.isFinite(allFetchedAt) ? new Date(allFetchedAt) : null,
      isCurrent: !hasFailed,
    }),
    refresh,
    start() {
      if (timer) return;
      stopper = new AbortController();
      timer = setInterval(() => void refresh(), refreshEveryMs);
      timer.unref();
      void refresh();
    },
    stop() {
      if (timer) clearInterval(timer);
      if (refreshTimer) clearTimeout(refreshTimer);
      timer = null;
      refreshTimer = null;
      stopper.abort();
    },
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

type FetchedSource = Pick<Source, "issuer" | "keys">;

/** Throws a sentence if the document or its key set cannot be used. */
async function fetchSource(
  authority: string,
  tenantId: string,
  version: TokenVersion,
  stop: AbortSignal,
  entraFetch: EntraFetch,
): Promise<FetchedSource> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(fetchDeadlineMs)]);
  const document = await fetchJson(`${authority}/${tenantId}/${discoveryPaths[version]}`, signal, entraFetch);
  const fields = isFields(document) ? document : {};
  const issuer = forTenant(readText(fields.issuer) ?? "", tenantId);
  if (!issuer.includes(tenantId)) throw new Error("The discovery document names no issuer for the tenant.");
  const keysUrl = readText(fields.jwks_uri) ?? "";
  if (!isFetchable(keysUrl, authority))
    throw new Error("The discovery document contains no usable address of the keys.");
  // Keys of both sets carry the v2 issuer, sometimes as a template, for both token versions.
  const issuers = [issuer, `${authority}/${tenantId}/v2.0`];
  const rows = rowsOf(await fetchJson(keysUrl, signal, entraFetch), "keys").slice(0, maxKeys);
  const keys = new Map(rows.flatMap((row) => importKey(row, issuers, tenantId)));
  if (keys.size === 0) throw new Error("The key set contains no usable key.");
  return { issuer, keys };
}

async function fetchJson(url: string, signal: AbortSignal, entraFetch: EntraFetch): Promise<unknown> {
  const response = await entraFetch(url, { redirect: "error", signal, headers: { accept: "application/json" } });
  const body = await readBounded(response, maxDocumentBytes);
  if (!response.ok) throw new Error(`Entra answered ${response.status}.`);
  return parseJson(body);
}

function isFetchable(url: string, authority: string): boolean {
  if (!URL.canParse(url)) return false;
  const target = new URL(url);
  return target.protocol === "https:" || (isLoopback(target) && new URL(authority).protocol === "http:");
}

function forTenant(template: string, tenantId: string): string {
  return template.replace(/\{tenant(?:id)?\}/i, tenantId);
}

/** Null for a key that is not for RS256 signatures, is too short, or belongs to another issuer. */
function importKey(row: unknown, issuers: string[], tenantId: string): [string, KeyObject][] {
  if (!isFields(row)) return [];
  const { kid, kty, use, alg, n, e, issuer } = row;
  const isForUs =
    typeof kid === "string" && kid !== "" && kty === "RSA" && typeof n === "string" && typeof e === "string";
  if (!isForUs || (use ?? "sig") !== "sig" || (alg ?? "RS256") !== "RS256") return [];
  if (issuer !== undefined && !(typeof issuer === "string" && issuers.includes(forTenant(issuer, tenantId)))) return [];
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: "jwk" });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= minModulusBits ? [[kid, key]] : [];
  } catch {
    return [];
  }
}
