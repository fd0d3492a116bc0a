/** Longest token that fits, sealed, into one cookie of 4,096 bytes. Microsoft's have a few hundred characters. */
export const maxPurchaseTokenLength = 2_800;

/**
 * The purchase token of a landing address, decoded once, or null when there is none. Known damage from decoding on the way is
 * repaired: tokens hold neither blanks (a decoded `+`) nor percent escapes (a token that was encoded twice).
 *
 * @param url the request's unmodified address; no parser that turns `+` into a blank may have touched it
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
