/** Verifies signed entitlements without a call for each of them. */
import { type JWTPayload, jwtVerify } from "jose";
import { publishedKeys } from "./published-keys.ts";

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
 * The published keys are fetched again after five minutes, and for a token with an unknown key, so a key that is no longer
 * published is soon refused. If Marketdesk cannot be reached, the last keys are used for up to 24 hours.
 * @param options.url the address of Marketdesk, which must also be the token's issuer
 * @param options.audience the `audience` for which tokens are requested
 * @returns verifies a token; throws an error of jose if it is not valid
 */
export function createEntitlementVerifier({ url, audience }: { url: string; audience: string }) {
  const keys = publishedKeys(url);
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
