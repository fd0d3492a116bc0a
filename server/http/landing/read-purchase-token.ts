/** Longer tokens, when encrypted, do not fit into a cookie of 4,096 bytes. Microsoft's have a few hundred characters. */
export const maxPurchaseTokenLength = 2_800;

/**
 * The purchase token of a landing address, decoded; null if there is none. Tokens contain neither blanks nor percent
 * escapes, so a blank is a `+` that was decoded on the way, and an escape means that the token was encoded twice.
 *
 * @param url the request's unmodified address, because many parsers turn `+` into a blank
 */
export function readPurchaseToken(url: string): string | null {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const value = query
    .split("&")
    .find((pair) => pair.startsWith("token="))
    ?.slice("token=".length);
  if (!value) return null;
  const once = decode(value);
  const token = /%(?:2B|2F|3D)/i.test(once) ? decode(once) : once;
  return token.replaceAll(" ", "+");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
