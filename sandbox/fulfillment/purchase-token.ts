/** Purchase tokens: opaque, authenticated and valid for a limited time. They always contain `+`, `/` and `=`. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;
const idBytes = 16;

/** Encrypts a subscription ID (a GUID) and an expiry (milliseconds). Base64 with `+`, `/` and `=`, like Microsoft's tokens. */
export function sealPurchaseToken(key: Buffer, subscriptionId: string, expiresAt: number): string {
  const plain = Buffer.alloc(idBytes + 8);
  plain.write(subscriptionId.replaceAll("-", ""), 0, "hex");
  plain.writeBigUInt64BE(BigInt(expiresAt), idBytes);
  for (;;) {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    const token = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64");
    if (token.includes("+") && token.includes("/")) return token;
  }
}

/** Decrypts a token; null if any character was changed. The caller checks the expiry. */
export function openPurchaseToken(key: Buffer, token: string): { subscriptionId: string; expiresAt: number } | null {
  const sealed = Buffer.from(token, "base64");
  if (sealed.toString("base64") !== token || sealed.length !== ivBytes + idBytes + 8 + tagBytes) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    const plain = Buffer.concat([decipher.update(sealed.subarray(ivBytes, -tagBytes)), decipher.final()]);
    const hex = plain.toString("hex", 0, idBytes);
    const subscriptionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { subscriptionId, expiresAt: Number(plain.readBigUInt64BE(idBytes)) };
  } catch {
    return null;
  }
}
