/** Valid and invalid webhook tokens for tests of the receiver. */
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { JWTPayload } from "jose";
import { z } from "zod";
import { signToken } from "../signing-key.ts";
import { marketplaceAppId, sandboxPublisher } from "../publisher.ts";
import { webhookClaims } from "./webhooks.ts";
import type { World } from "../world.ts";

export const webhookTokenInput = z.strictObject({
  /** Override the default claims; null removes a claim. */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** 1: the v1 issuer, and `appid` instead of `azp`. */
  version: z.union([z.literal(1), z.literal(2)]).optional(),
  /**
   * `unknown`: a key that is not published; `forged`: another key with the current key's ID; `none`: not signed.
   */
  key: z.enum(["current", "unknown", "forged", "none"]).optional(),
});

/** Creates a token; without options, the one that Microsoft would send. */
export async function makeWebhookToken(world: World, wish: z.infer<typeof webhookTokenInput>): Promise<string> {
  const claims = withOverrides(wish.version === 1 ? v1Claims(world.url) : webhookClaims(world.url), wish.claims ?? {});
  const current = world.state.keys[0];
  if (!current) throw new Error("The sandbox has no signing key.");
  if (wish.key === "none") return new UnsecuredJWT(claims).encode();
  if (wish.key === undefined || wish.key === "current") return signToken(current, claims);
  const { privateKey } = await generateKeyPair("RS256");
  const kid = wish.key === "forged" ? current.kid : "not-a-published-key";
  return new SignJWT(claims).setProtectedHeader({ typ: "JWT", alg: "RS256", kid }).sign(privateKey);
}

function v1Claims(url: string): Record<string, unknown> {
  const { azp: _azp, azpacr: _azpacr, ...shared } = webhookClaims(url);
  const idp = `https://sts.windows.net/${sandboxPublisher.tenantId}/`;
  return { ...shared, iss: idp, idp, appid: marketplaceAppId, appidacr: "2", ver: "1.0" };
}

function withOverrides(claims: Record<string, unknown>, overrides: Record<string, unknown>): JWTPayload {
  return Object.fromEntries(Object.entries({ ...claims, ...overrides }).filter(([, value]) => value !== null));
}
