/** Signs tokens for the product, which it can check without a call. */
import { randomUUID } from "node:crypto";
import { type CryptoKey, importJWK, type JWK, SignJWT } from "jose";
import type { Logger } from "pino";
import { signingKey } from "../../database/queries/signing-keys.ts";
import { AppError } from "../../errors.ts";
import { unseal } from "../../sealing.ts";
import {
  ensureSigningKeys,
  replaceUnreadableKeys,
  signingAlgorithm,
  type SigningContext,
  signingKeyPurpose,
} from "./rotate-signing-key.ts";

/** `type` is the `typ` of the header, so that a token for something else is never taken for one (RFC 8725, section 3.11). */
export type TokenKind = { type: string; ttlSeconds: number };

/** Long enough to survive a short outage, short enough that a suspended customer loses access soon. */
export const entitlementToken: TokenKind = { type: "entitlements+jwt", ttlSeconds: 15 * 60 };
/** For one redirect; the time includes a slow network and clocks that differ. */
export const handoffToken: TokenKind = { type: "handoff+jwt", ttlSeconds: 5 * 60 };

/** @param options.issuer the public address of Marketdesk */
export function createTokenSigner(options: SigningContext & { issuer: string; log: Logger }) {
  let opened: { id: string; key: CryptoKey | Uint8Array } | null = null;

  async function openKey(): Promise<{ id: string; key: CryptoKey | Uint8Array } | null> {
    const row = await signingKey(options.db);
    if (!row?.privateJwk) return null;
    if (opened?.id === row.id) return opened;
    const value = await unseal(options.secret, signingKeyPurpose, row.privateJwk, options.now(), { isForever: true });
    if (value === null) {
      options.log.warn("the signing key cannot be read because SESSION_SECRET was changed");
      await replaceUnreadableKeys(options, row.id);
      return null;
    }
    opened = { id: row.id, key: await importJWK(value["jwk"] as JWK, signingAlgorithm) };
    return opened;
  }

  /** @returns the token, and when it expires */
  return async (kind: TokenKind, claims: { subject: string; [claim: string]: unknown }, audience: string) => {
    let signer = await openKey();
    if (signer === null) {
      await ensureSigningKeys(options);
      signer = await openKey();
    }
    if (signer === null) throw new AppError("Unavailable", "There is no key to sign with. Try again in a moment.");
    const { subject, ...others } = claims;
    const issuedAt = Math.floor(options.now().getTime() / 1_000);
    const token = await new SignJWT(others)
      .setProtectedHeader({ alg: signingAlgorithm, kid: signer.id, typ: kind.type })
      .setIssuer(options.issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + kind.ttlSeconds)
      .sign(signer.key);
    return { token, expiresAt: new Date((issuedAt + kind.ttlSeconds) * 1_000) };
  };
}
