/** What a customer is entitled to, as an answer and as a signed token, and the handoffs into the product. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import type { Logger } from "pino";
import { rotateSigningKey, type SigningContext } from "../../commands/signing-keys/rotate-signing-key.ts";
import { createTokenSigner, entitlementToken, handoffToken } from "../../commands/signing-keys/sign-token.ts";
import type { Context } from "../../context.ts";
import type { Database } from "../../database/connection/database.ts";
import { useOnce } from "../../database/writes/used-once.ts";
import { AppError } from "../../errors.ts";
import { claimsFor, entitlementsFor } from "./entitlement-answers.ts";
import { entitlementsRoute, rotateSigningKeyRoute, tokenRoute, useHandoffRoute } from "./entitlement-routes.ts";
import type { Key, KeyedEnv } from "./key-checks.ts";
import { readableBody } from "./readable-request.ts";
import { revalidated } from "./revalidated.ts";

type Deps = {
  db: Database;
  signing: SigningContext;
  publicUrl: string;
  log: Logger;
  /** What a command gets, with the product as its actor. */
  contextOf: (key: Key) => Context;
};

export function addEntitlements(app: OpenAPIHono<KeyedEnv>, { db, signing, publicUrl, log, contextOf }: Deps): void {
  app.use(entitlementsRoute.getRoutingPath(), etag());
  app.openapi(entitlementsRoute, async (c) =>
    c.json(revalidated(c, await entitlementsFor(db, c.req.valid("query"))), 200),
  );

  const sign = createTokenSigner({ ...signing, issuer: publicUrl, log });
  app.openapi(tokenRoute, async (c) => {
    const { audience, ...query } = c.req.valid("query");
    const { token, expiresAt } = await sign(entitlementToken, claimsFor(await entitlementsFor(db, query)), audience);
    return c.json({ token, expiresAt: expiresAt.toISOString() }, 200);
  });

  app.post(rotateSigningKeyRoute.getRoutingPath(), readableBody);
  app.openapi(rotateSigningKeyRoute, async (c) => {
    const { actor } = contextOf(c.var.key);
    await rotateSigningKey({ ...signing, actor }, c.req.valid("json"));
    return c.body(null, 204);
  });

  app.openapi(useHandoffRoute, async (c) => {
    const { jti } = c.req.valid("param");
    const now = signing.now();
    if (await useOnce(db, `handoff ${jti}`, handoffEnd(now), now)) return c.body(null, 204);
    throw new AppError(
      "NotAllowedNow",
      "This handoff has already been used. Ask the person to open the product again.",
    );
  });
}

/** Longer than any handoff is valid, so that none can be used twice. */
function handoffEnd(now: Date): Date {
  return new Date(now.getTime() + 2 * handoffToken.ttlSeconds * 1_000);
}
