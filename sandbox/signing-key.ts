/** The keys that sign the tokens of the sandbox's Entra. */
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import type { CryptoKey, JWTPayload } from "jose";
import type { SigningKey } from "./model.ts";

/** Creates an RS256 key pair with a random key ID. */
export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = randomUUID().replaceAll("-", "");
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" };
  return { kid, privateJwk: await exportJWK(privateKey), publicJwk };
}

const imported = new WeakMap<SigningKey, CryptoKey>();

async function privateKeyOf(key: SigningKey): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known) return known;
  const fresh = (await importJWK(key.privateJwk, "RS256")) as CryptoKey;
  imported.set(key, fresh);
  return fresh;
}

/** Signs claims unchanged: the caller sets `iat`, `exp` and all others. */
export async function signToken(key: SigningKey, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
    .sign(await privateKeyOf(key));
}
