/** The form of API keys, and the part of a key that may be stored. */

/** `md_` and 32 random bytes in base64url. */
const pattern = /^md_[\w-]{43}$/;

/** The key of 32 random bytes. */
export function spellKey(random: Uint8Array): string {
  return `md_${Buffer.from(random).toString("base64url")}`;
}

/** The key in an Authorization header; null if it cannot be one of ours. */
export function readKey(authorization: string | undefined): string | null {
  const key = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  return key !== undefined && pattern.test(key) ? key : null;
}

/** The part of a key that may be shown to tell keys apart. */
export function endingOf(key: string): string {
  return key.slice(-4);
}
