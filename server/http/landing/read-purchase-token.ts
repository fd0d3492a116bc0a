/** Longer tokens, when encrypted, do not fit into a cookie of 4,096 bytes. Microsoft's have a few hundred characters. */
export const maxPurchaseTokenLength = 2_800;

/** Email gateways and proxies rewrite links, and each of them may encode the token again. */
const maxDecodings = 4;

/**
 * The purchase token of a landing address, decoded; null if there is none. Tokens contain neither blanks nor percent
 * escapes, so a blank is a `+` that was decoded on the way, and an escape means that the token was encoded again. Quotes and
 * invisible characters come with a copied link.
 *
 * @param url the request's unmodified address, because many parsers turn `+` into a blank
 */
export function readPurchaseToken(url: string): string | null {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const value = query
    .split("&")
    .find((pair) => /^token=./i.test(pair))
    ?.slice("token=".length);
  if (!value) return null;
  let token = decode(value);
  for (let times = 1; times < maxDecodings && /%(?:2B|2F|3D|25)/i.test(token); times += 1) token = decode(token);
  return token.replaceAll(/["'<>\p{Cf}]/gu, "").replaceAll(" ", "+") || null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
