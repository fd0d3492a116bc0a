/** Decrypts a push message, as the browser does (RFC 8291 with RFC 8188). */
import { createDecipheriv, createECDH, type ECDH, hkdfSync } from "node:crypto";

export type BrowserKeys = { curve: ECDH; auth: Buffer };

const tagBytes = 16;

/** The keys of a browser, from its private key and its secret. */
export function browserKeys(privateKey: Buffer, auth: Buffer): BrowserKeys {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(privateKey);
  return { curve, auth };
}

/** @throws Error if it was not encrypted for this browser, or not as RFC 8291 says */
export function decryptPush(body: Buffer, { curve, auth }: BrowserKeys): Buffer {
  const salt = body.subarray(0, 16);
  const recordBytes = body.readUInt32BE(16);
  const keyBytes = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + keyBytes);
  const record = body.subarray(21 + keyBytes);
  // A push message is one record.
  if (record.length > recordBytes) throw new Error("The message has more than one record.");
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), curve.getPublicKey(), senderKey]);
  const secret = derive(curve.computeSecret(senderKey), auth, info, 32);
  const key = derive(secret, salt, "Content-Encoding: aes128gcm\0", 16);
  const nonce = derive(secret, salt, "Content-Encoding: nonce\0", 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-tagBytes));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -tagBytes)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("The padding of the message does not end its last record.");
  return padded.subarray(0, end);
}

function derive(secret: Buffer, salt: Buffer, info: Buffer | string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, bytes));
}
