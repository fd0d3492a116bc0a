/** The stored part of a visit that waits for Microsoft: encrypted, because the token opens a purchase. */
import { keyedHash, seal, unseal } from "../sealing.ts";

export type KeptVisit = { purchaseToken: string; email: string };

const purpose = "awaited visit";

export function sealVisit(secret: string, { purchaseToken, email }: KeptVisit, now: Date): Promise<string> {
  return seal(secret, purpose, { purchaseToken, email }, null, now);
}

/** The hash by which a person's visits are found, regardless of the email address's case and spaces. */
export function addressHashOf(secret: string, address: string): string {
  return keyedHash(secret, purpose, address.trim().toLowerCase());
}

/** Null if it cannot be read. */
export async function unsealVisit(secret: string, sealed: string, now: Date): Promise<KeptVisit | null> {
  const { purchaseToken, email } = (await unseal(secret, purpose, sealed, now, { isForever: true })) ?? {};
  return typeof purchaseToken === "string" && typeof email === "string" ? { purchaseToken, email } : null;
}
