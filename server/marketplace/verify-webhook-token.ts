/** Verifies that a call to the webhook comes from the Marketplace: cheap checks first, the signature last. */

import { hash, verify } from "node:crypto";
import type { EntraConfig } from "../config/shape.ts";
import { marketplaceAppId } from "./app-token.ts";
import type { EntraFetch } from "./entra-fetch.ts";
import type { TokenVersion } from "./fetch-signing-keys.ts";
import type { KnownKeys } from "./key-sets.ts";
import { createSigningKeys } from "./signing-keys.ts";
import type { MarketplaceLog, TokenVerdict } from "./types.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

const maxHeaderLength = 8_192;
const maxKeyIdLength = 200;
const toleranceMs = 60_000;
const retryAfterSeconds = 10;

const headerPattern = /^Bearer +(([\w-]+)\.([\w-]+))\.([\w-]+)$/i;

/** Entra sends none of these. The key never comes from the token, and no extension is supported. */
const refusedHeaderNames = ["crit", "b64", "jwk", "jku", "x5c", "x5u", "enc", "zip"];
/** Claims that a user's token has and the Marketplace's own token does not. */
const personClaims = ["scp", "upn", "unique_name", "preferred_username", "email"];
const idTokenClaims = ["nonce", "at_hash", "c_hash"];

export type WebhookTokenVerifier = {
  /** `authorizationHeader`: unmodified. 401: verified as bad; 503: Entra's keys are unavailable, or the time is in doubt. Never throws. */
  verify(authorizationHeader: string | undefined): Promise<TokenVerdict>;
  /** Fetches the keys now; true if both key sets could be read. Never throws. */
  refreshKeys(): Promise<boolean>;
  knownKeys(): KnownKeys;
  /** Fetches the keys immediately and then every hour. */
  start(): void;
  stop(): void;
};

type Claims = Record<string, unknown>;
type Expected = { clientId: string; tenantId: string };

/**
 * Accepts v1 (`appid`) and v2 (`azp`) tokens that Entra issued to the Marketplace for our fulfillment app and
 * tenant.
 */
export function createWebhookTokenVerifier({
  entra,
  now = () => new Date(),
  isClockDisputed = () => false,
  log,
  entraFetch,
}: {
  entra: EntraConfig;
  now?: () => Date;
  /** Whether `now` could be wrong: a token's times cannot be checked then. */
  isClockDisputed?: () => boolean;
  log?: MarketplaceLog;
  entraFetch?: EntraFetch;
}): WebhookTokenVerifier {
  const expected = { clientId: entra.clientId.toLowerCase(), tenantId: entra.tenantId.toLowerCase() };
  const keys = createSigningKeys({ authority: entra.authority, tenantId: expected.tenantId }, { now, log, entraFetch });
  const verified = createVerifiedTokens(keys.find);
  /** All tokens of one key have the same header, so the last valid one is kept. */
  let lastHead = { part: "", keyId: "" };

  function readHead(part: string): { keyId: string } | { problem: string } {
    if (part === lastHead.part) return lastHead;
    const head = readObject(part);
    const problem = head ? problemOfHead(head) : "malformed";
    if (!head || problem) return { problem: problem ?? "malformed" };
    lastHead = { part, keyId: head.kid as string };
    return lastHead;
  }

  async function check(header: string | undefined): Promise<TokenVerdict> {
    if (!header) return refused("no-header");
    if (header.length > maxHeaderLength) return refused("too-long");
    const time = now().getTime();
    const id = hash("sha256", header, "base64");
    if (verified.has(id, time)) {
      void keys.prepare();
      return { ok: true };
    }

    const parts = headerPattern.exec(header);
    if (!parts) return refused("malformed");
    const [, signed, headerPart, claimsPart, signaturePart] = parts as unknown as Record<1 | 2 | 3 | 4, string> &
      string[];
    const head = readHead(headerPart);
    if ("problem" in head) return refused(head.problem);
    const claims = readObject(claimsPart);
    const claimsProblem = claims ? problemOfClaims(claims, expected, time) : "malformed";
    if (claimsProblem && timeProblems.has(claimsProblem) && isClockDisputed()) return unchecked("clock-disputed");
    if (!claims || claimsProblem) return refused(claimsProblem ?? "malformed");

    await keys.prepare();
    const issuer = keys.issuerOf(claims.ver as TokenVersion);
    if (issuer === null) return unchecked("keys-unavailable");
    if (claims.iss !== issuer) return refused("iss");
    const { keyId } = head;
    const looked = keys.find(keyId) ? null : await keys.lookFor(keyId);
    if (looked?.is === "absent") return refused("unknown-key");
    if (looked?.is === "unknown") {
      const reason = keys.known().isCurrent ? "unknown-key-unchecked" : "keys-unavailable";
      return unchecked(reason, looked.retryAfterMs);
    }
    const key = keys.find(keyId);
    if (!key) return unchecked("keys-unavailable");
    const signature = Buffer.from(signaturePart, "base64url");
    // Only one spelling of a signature is accepted, so that each token has one.
    if (signature.toString("base64url") !== signaturePart) return refused("signature");
    if (!verify("RSA-SHA256", Buffer.from(signed, "latin1"), key, signature)) return refused("signature");
    verified.add(id, { keyId, key, expiresAt: (claims.exp as number) * 1_000 + toleranceMs });
    return { ok: true };
  }

  return {
    async verify(header) {
      try {
        return await check(header);
      } catch (error) {
        log?.warn({ error: String(error) }, "could not verify a webhook token");
        return unchecked("check-failed");
      }
    },
    refreshKeys: () => keys.refresh(),
    knownKeys: () => keys.known(),
    start: () => keys.start(),
    stop: () => keys.stop(),
  };
}

function refused(reason: string): TokenVerdict {
  return { ok: false, status: 401, reason };
}

/** @param retryAfterMs when a verification is possible: not immediately, but not later than necessary */
function unchecked(reason: string, retryAfterMs = retryAfterSeconds * 1_000): TokenVerdict {
  return { ok: false, status: 503, reason, retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) };
}

/** Null if it is not a JSON object or repeats a name. */
function readObject(part: string): Claims | null {
  const text = Buffer.from(part, "base64url").toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return countNames(text) === Object.keys(value).length ? (value as Claims) : null;
  } catch {
    return null;
  }
}

/** Counts the names of the outermost object of valid JSON; JSON.parse keeps the last of equal ones. */
function countNames(json: string): number {
  let names = 0;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    switch (json.charCodeAt(i)) {
      case 0x22 /* " */:
        for (i++; json.charCodeAt(i) !== 0x22; i++) if (json.charCodeAt(i) === 0x5c /* \ */) i++;
        break;
      case 0x7b /* { */:
      case 0x5b /* [ */:
        depth++;
        break;
      case 0x7d /* } */:
      case 0x5d /* ] */:
        depth--;
        break;
      case 0x3a /* : */:
        if (depth === 1) names++;
    }
  }
  return names;
}

function problemOfHead(head: Claims): string | null {
  if (head.alg !== "RS256") return "alg";
  if (head.typ !== undefined && head.typ !== "JWT") return "typ";
  if (refusedHeaderNames.some((name) => Object.hasOwn(head, name))) return "header-name";
  const { kid } = head;
  return typeof kid === "string" && kid !== "" && kid.length <= maxKeyIdLength ? null : "kid";
}

function problemOfClaims(claims: Claims, { clientId, tenantId }: Expected, time: number): string | null {
  if (claims.aud !== clientId) return "aud";
  if (claims.tid !== tenantId) return "tid";
  if (claims.ver !== "1.0" && claims.ver !== "2.0") return "ver";
  if (typeof claims.iss !== "string") return "iss";
  // v2 tokens name the caller in azp, v1 tokens in appid.
  const callers = [claims.azp, claims.appid].filter((caller) => caller !== undefined);
  if (callers.length === 0 || callers.some((caller) => caller !== marketplaceAppId)) return "azp";
  if (personClaims.some((name) => Object.hasOwn(claims, name))) return "user-token";
  if (claims.idtyp !== undefined && claims.idtyp !== "app") return "user-token";
  if (idTokenClaims.some((name) => Object.hasOwn(claims, name))) return "id-token";
  return problemOfTimes(claims, time);
}

const timeProblems: ReadonlySet<string> = new Set(["expired", "nbf", "iat"]);

function problemOfTimes({ exp, nbf, iat }: Claims, time: number): string | null {
  if (!isTime(exp)) return "exp";
  if (time >= exp * 1_000 + toleranceMs) return "expired";
  if (nbf !== undefined && !(isTime(nbf) && nbf * 1_000 <= time + toleranceMs)) return "nbf";
  if (iat !== undefined && !(isTime(iat) && iat * 1_000 <= time + toleranceMs)) return "iat";
  return null;
}

/** Whole seconds since 1970. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
