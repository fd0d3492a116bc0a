/**
 * Encrypts values that leave this process (cookies, columns, links) and that only this installation may read, with a key per
 * purpose.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";

/**
 * Encrypts a value (JWE, `dir`, A256GCM). Each purpose has its own key, so that one value cannot be used as another.
 * @param maxAgeSeconds null: it never expires
 */
export async function seal(
  secret: string,
  purpose: string,
  value: Record<string, unknown>,
  maxAgeSeconds: number | null,
  now: Date,
): Promise<string> {
  const sealed = new EncryptJWT({ value }).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
  if (maxAgeSeconds !== null) sealed.setExpirationTime(Math.floor(now.getTime() / 1000) + maxAgeSeconds);
  return sealed.encrypt(keyFor(secret, purpose));
}

/**
 * The value of a sealed text; null if it is not ours, for another purpose, or expired.
 * @param options.isForever it was sealed without an age
 */
export async function unseal(
  secret: string,
  purpose: string,
  text: string,
  now: Date,
  options: { isForever?: boolean } = {},
): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await jwtDecrypt(text, keyFor(secret, purpose), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: options.isForever ? [] : ["exp"],
      currentDate: now,
    });
    const { value } = payload;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A keyed hash by which a value can be looked up: without the secret, a guess cannot be confirmed. */
export function keyedHash(secret: string, purpose: string, value: string): string {
  const key = hkdfSync("sha256", secret, "marketdesk", `hash ${purpose}`, 32);
  return createHmac("sha256", new Uint8Array(key)).update(value).digest("base64url");
}

/** Tells secrets apart without revealing them. */
export function fingerprintOf(secret: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "marketdesk", "fingerprint", 16)).toString("base64url");
}

function keyFor(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "marketdesk", `cookie ${purpose}`, 32));
}
