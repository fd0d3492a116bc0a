/** Fetches Entra's signing keys: the discovery document for one token version, and the key set that it names. */

import { createPublicKey, type KeyObject } from "node:crypto";
import { isFields, parseJson, readText, rowsOf } from "./parse-response.ts";
import { readBounded } from "../bounded-body.ts";
import type { EntraFetch } from "./entra-fetch.ts";
import { isLoopback } from "./entra-network.ts";

const fetchDeadlineMs = 5_000;
const maxDocumentBytes = 1_000_000;
const maxKeys = 100;
const minModulusBits = 2048;

export type TokenVersion = "1.0" | "2.0";
const discoveryPaths: Record<TokenVersion, string> = {
  "1.0": ".well-known/openid-configuration",
  "2.0": "v2.0/.well-known/openid-configuration",
};
export const tokenVersions = Object.keys(discoveryPaths) as TokenVersion[];

/** The readable content of one discovery document and its key set. */
export type FetchedKeys = { issuer: string; keys: ReadonlyMap<string, KeyObject> };

/** Throws a sentence if the document or its key set cannot be used. */
export async function fetchSigningKeys(
  authority: string,
  tenantId: string,
  version: TokenVersion,
  stop: AbortSignal,
  entraFetch: EntraFetch,
): Promise<FetchedKeys> {
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
