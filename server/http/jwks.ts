/** The public keys of signed entitlements. Public, because they disclose nothing and products fetch them without a key. */
import { Hono } from "hono";
import { etag } from "hono/etag";
import {
  ensureSigningKeys,
  publishedKeysMaxAgeSeconds,
  type SigningContext,
} from "../commands/signing-keys/rotate-signing-key.ts";
import { publishedKeys } from "../database/queries/signing-keys.ts";

export const jwksPath = "/.well-known/jwks.json";

/** @param signing.now the real time, by which tokens expire */
export function createJwksRoutes(signing: SigningContext): Hono {
  const app = new Hono();
  app.get(jwksPath, etag(), async (c) => {
    const known = await publishedKeys(signing.db, signing.now());
    // Before the first use, so that no cache keeps an empty list.
    if (known.length === 0) await ensureSigningKeys(signing);
    const keys = known.length > 0 ? known : await publishedKeys(signing.db, signing.now());
    const body = JSON.stringify({ keys });
    return c.body(body, 200, {
      "Content-Type": "application/jwk-set+json",
      "Cache-Control": `public, max-age=${publishedKeysMaxAgeSeconds}`,
    });
  });
  return app;
}
