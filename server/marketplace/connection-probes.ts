/** Read-only checks of the connection to Microsoft. */
import type { EntraConfig } from "../config/shape.ts";
import { isFields, parseJson, readText } from "./parse-response.ts";
import { createAppToken } from "./app-token.ts";
import type { EntraFetch } from "./entra-fetch.ts";

/** The claims of the fulfillment app's access token; the token itself is not returned. Null if absent. */
export type AppTokenClaims = {
  audience: string | null;
  /** `azp` of v2, `appid` of v1. */
  app: string | null;
  tenantId: string | null;
  /** The object id of the app's service principal. */
  principalId: string | null;
  expiresAt: Date | null;
  version: string | null;
};

/**
 * Requests a new token from Entra, so that an expired secret is noticed.
 * @throws AppTokenError; Error if it is not a JWT
 */
export async function readOwnToken(
  entra: EntraConfig,
  now: () => Date,
  entraFetch?: EntraFetch,
): Promise<AppTokenClaims> {
  const token = await createAppToken(entra, { now, ...(entraFetch && { entraFetch }) }).get();
  const claims = claimsOf(token);
  if (claims === null) throw new Error("Entra issued a token whose claims cannot be read.");
  const exp = claims["exp"];
  return {
    audience: readText(claims["aud"]),
    app: readText(claims["azp"]) ?? readText(claims["appid"]),
    tenantId: readText(claims["tid"]),
    principalId: readText(claims["oid"]),
    expiresAt: typeof exp === "number" ? new Date(exp * 1_000) : null,
    version: readText(claims["ver"]),
  };
}

function claimsOf(token: string): Record<string, unknown> | null {
  try {
    const claims = parseJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return isFields(claims) ? claims : null;
  } catch {
    return null;
  }
}

/**
 * How far our clock is ahead of Microsoft's, in milliseconds, by the Date header of Entra's response; exact to
 * about a second.
 * @throws Error with a sentence if there is no response or no date
 */
export async function readClockDifference(
  entra: EntraConfig,
  now: () => Date,
  signal: AbortSignal,
  entraFetch: EntraFetch = fetch,
): Promise<number> {
  const askedAt = now().getTime();
  const response = await entraFetch(`${entra.authority}/${entra.tenantId}/v2.0/.well-known/openid-configuration`, {
    redirect: "error",
    signal,
  });
  const answeredAt = now().getTime();
  await response.body?.cancel();
  const serverMs = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(serverMs)) throw new Error("Entra's response contains no date.");
  // The header has whole seconds, so on average half a second has passed.
  return Math.round((askedAt + answeredAt) / 2 - (serverMs + 500));
}
