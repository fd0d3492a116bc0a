/** Verifies signed entitlements without a call for each of them. */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";

export type SignedEntitlement = {
  subscriptionId: string;
  offerId: string;
  planId: string;
  quantity: number | null;
  access: "none" | "full" | "suspended" | "ended";
  termEndsOn: string | null;
};

export type SignedEntitlements = JWTPayload & {
  /** The Entra tenant, and the person's object ID if the token was requested for a person. */
  tid: string;
  oid?: string;
  access: SignedEntitlement["access"];
  entitlements: SignedEntitlement[];
  hasMore: boolean;
};

/**
 * Keys are fetched once, and again only for a token with a key that is not known yet. So known keys also verify while Marketdesk
 * cannot be reached. They are never removed too early, because Marketdesk publishes a key before it signs.
 * @param options.url the address of Marketdesk, which must also be the token's issuer
 * @param options.audience the `audience` for which tokens are requested
 * @returns verifies a token; throws an error of jose if it is not valid
 */
export function createEntitlementVerifier({ url, audience }: { url: string; audience: string }) {
  const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", url), { cacheMaxAge: Number.POSITIVE_INFINITY });
  return async (token: string): Promise<SignedEntitlements> => {
    const { payload } = await jwtVerify<SignedEntitlements>(token, keys, {
      issuer: new URL(url).origin,
      audience,
      typ: "entitlements+jwt",
      algorithms: ["ES256"],
      clockTolerance: 60,
    });
    return payload;
  };
}
