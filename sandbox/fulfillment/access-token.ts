/** The marketplace's validation of the publisher's access token. */
import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import { marketplaceAppId, sandboxPublisher } from "../publisher.ts";
import type { World } from "../world.ts";

const verified = new Map<string, number>();
const maxCachedTokens = 1000;

/**
 * Why a token is rejected, in words for the sandbox's page; null if it is valid: signed by a published key, for the
 * marketplace's resource, from the publisher's tenant and app, not expired. The API's response gives no reason.
 */
export async function accessTokenProblem(world: World, header: string | undefined): Promise<string | null> {
  if (!header) return "No Authorization header.";
  if (!header.startsWith("Bearer ")) return "The Authorization header does not begin with `Bearer `.";
  const token = header.slice("Bearer ".length);
  const now = Math.floor(Date.now() / 1000);
  const cacheKey = `${world.url} ${token}`;
  const knownUntil = verified.get(cacheKey);
  if (knownUntil !== undefined && knownUntil > now) return null;
  try {
    const keys = createLocalJWKSet({ keys: world.state.keys.map((key) => key.publicJwk) });
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256"],
      audience: marketplaceAppId,
      issuer: [
        `https://sts.windows.net/${sandboxPublisher.tenantId}/`,
        `${world.url}/${sandboxPublisher.tenantId}/v2.0`,
      ],
      requiredClaims: ["exp"],
    });
    const app = payload.ver === "1.0" ? payload["appid"] : payload["azp"];
    if (app !== sandboxPublisher.clientId) return "The token belongs to another app than the offer's.";
    if (verified.size >= maxCachedTokens) verified.clear();
    verified.set(cacheKey, payload.exp ?? 0);
    return null;
  } catch (error) {
    return problemInWords(error, token);
  }
}

function problemInWords(error: unknown, token: string): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed) {
    const value = decodeJwt(token)[error.claim];
    return `The token's ${error.claim} is not accepted: ${JSON.stringify(value) ?? "absent"}.`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return "The token is signed by a key that is not published.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is wrong.";
  return "The token is malformed.";
}
