/** The keys with which Marketdesk signs tokens, fetched when they are needed. */
import { createRemoteJWKSet, type JWTVerifyGetKey } from "jose";

const reloadAfterMs = 5 * 60_000;
/** During an outage, so that most tokens do not wait for a fetch that fails. */
const retryAfterMs = 30_000;
const maxKeysAgeMs = 24 * 60 * 60_000;
const fetchTimeoutMs = 3_000;

/**
 * The keys are fetched again after five minutes, and for a token with an unknown key, so a key that is no longer published is soon refused.
 * If Marketdesk cannot be reached, the last keys are used for up to 24 hours.
 * @param url the address of Marketdesk
 */
export function publishedKeys(url: string): JWTVerifyGetKey {
  const published = createRemoteJWKSet(new URL("/.well-known/jwks.json", url), {
    cacheMaxAge: maxKeysAgeMs,
    timeoutDuration: fetchTimeoutMs,
  });
  let reloadAt = 0;
  return async (header, token) => {
    const now = Date.now();
    if (now >= reloadAt) {
      reloadAt = now + retryAfterMs;
      await published.reload().then(
        () => (reloadAt = now + reloadAfterMs),
        () => {},
      );
    }
    return published(header, token);
  };
}
