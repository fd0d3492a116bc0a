/** The keys with which push services recognize Marketdesk (VAPID, RFC 8292), and the secrets of browsers at rest. */
import { createECDH, hkdfSync } from "node:crypto";
import { seal, unseal } from "../sealing.ts";

/** A browser's push subscription: its address at the push service, and the public keys to encrypt for it. */
export type PushSubscription = { endpoint: string; p256dh: string; auth: string };

export type PushKeys = ReturnType<typeof createPushKeys>;

const purpose = "push subscription";

/** @param secret the installation's secret; with another secret, people have to turn on notifications again */
export function createPushKeys(secret: string) {
  return {
    ...keyPairOf(secret),
    seal: ({ endpoint, p256dh, auth }: PushSubscription, now: Date) =>
      seal(secret, purpose, { endpoint, p256dh, auth }, null, now),
    /** Null if it cannot be read. */
    async open(sealed: string, now: Date): Promise<PushSubscription | null> {
      const value = await unseal(secret, purpose, sealed, now, { isForever: true });
      const { endpoint, p256dh, auth } = value ?? {};
      return typeof endpoint === "string" && typeof p256dh === "string" && typeof auth === "string"
        ? { endpoint, p256dh, auth }
        : null;
    },
  };
}

/** Derived from the secret, so that all instances have the same keys without storing them. Nearly every number of this size is a private key. */
function keyPairOf(secret: string): { publicKey: string; privateKey: string } {
  for (let count = 0; ; count += 1) {
    const number = Buffer.from(hkdfSync("sha256", secret, "marketdesk", `web push ${count}`, 32));
    const curve = createECDH("prime256v1");
    try {
      curve.setPrivateKey(number);
    } catch {
      continue;
    }
    return { publicKey: curve.getPublicKey("base64url"), privateKey: number.toString("base64url") };
  }
}
