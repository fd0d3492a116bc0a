/** API keys: their spelling, and what of them may be kept. Pure. */

/** `md_` and 32 random bytes in base64url. */
const pattern = /^md_[\w-]{43}$/;

/** The key of 32 random bytes. */
export function spellKey(random: Uint8Array): string {
  return `md_${Buffer.from(random).toString("base64url")}`;
}

/** The key in an Authorization header; null when there is none that could be ours. */
export function readKey(authorization: string | undefined): string | null {
  const key = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  return key !== undefined && pattern.test(key) ? key : null;
}

/** What may be shown of a key to tell it from others. */
export function endingOf(key: string): string {
  return key.slice(-4);
}
