/** `/api/v1/…`: for the publisher's product, with an API key. */
import { createHash } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HttpContext } from "hono";
import { etag } from "hono/etag";
import type { Logger } from "pino";
import { confirmProvisioning } from "../../commands/product/confirm-provisioning.ts";
import { rotateSigningKey, type SigningContext } from "../../commands/signing-keys/rotate-signing-key.ts";
import { createTokenSigner, entitlementToken, handoffToken } from "../../commands/signing-keys/sign-token.ts";
import type { Context } from "../../context.ts";
import { ForeignCursor } from "../../database/statements/keyset.ts";
import type { Database } from "../../database/connection/database.ts";
import { findForProduct, listForProduct, readFeed } from "../../database/queries/product.ts";
import { AppError } from "../../errors.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import type { LimitByAddress } from "../limits/by-address.ts";
import type { Marketplace } from "../../marketplace/types.ts";
import { useOnce } from "../../database/writes/used-once.ts";
import { nameError } from "../../database/queries/names.ts";
import { changeAnswer, subscriptionAnswer } from "./responses.ts";
import { operationRoute } from "./command-routes.ts";
import { addCommands, commandRoutes } from "./commands.ts";
import { addPlannedChanges, plannedChangeRoutes } from "./planned-changes.ts";
import { claimsFor, entitlementsFor } from "./entitlement-answers.ts";
import { entitlementsRoute, rotateSigningKeyRoute, tokenRoute, useHandoffRoute } from "./entitlement-routes.ts";
import { type Key, type KeyedEnv, requireKey, requireScope } from "./key-checks.ts";
import { invalid, problem, problemOfError } from "./problems.ts";
import { readableAddress, readableBody } from "./readable-request.ts";
import { scopedCall } from "./route-parts.ts";
import { changesRoute, confirmRoute, getRoute, listRoute } from "./routes.ts";
import { addUsage, maxUsageBodyBytes } from "./usage.ts";
import { readUsageRoute, reportUsageRoute } from "./usage-routes.ts";
import { limitBody } from "../limits/limit-body.ts";

type ProductApiDeps = {
  db: Database;
  marketplace: Marketplace;
  publicUrl: string;
  signing: SigningContext;
  byAddress: Pick<LimitByAddress, "take">;
  recordRefusal: RecordRefusal;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  log: Logger;
};

const maxBodyBytes = 16 * 1024;

const routes = [
  listRoute,
  getRoute,
  confirmRoute,
  changesRoute,
  entitlementsRoute,
  tokenRoute,
  rotateSigningKeyRoute,
  useHandoffRoute,
  ...commandRoutes,
  operationRoute,
  ...plannedChangeRoutes,
  reportUsageRoute,
  readUsageRoute,
];

/** Adds an `ETag`. Hono's `etag` compares it with `If-None-Match` and then answers 304. */
function revalidated<Body extends object>(c: HttpContext, body: Body): Body {
  const hash = createHash("sha1").update(JSON.stringify(body)).digest("hex");
  c.header("ETag", `"${hash}"`);
  c.header("Cache-Control", "private, no-cache");
  return body;
}

export function createProductApi(deps: ProductApiDeps): OpenAPIHono<KeyedEnv> {
  const { db, log } = deps;
  const app = new OpenAPIHono<KeyedEnv>({
    defaultHook: (result, c) => (result.success ? undefined : invalid(c, result.error)),
  });
  app.onError(async (error, c) => {
    if (error instanceof ForeignCursor) deps.recordRefusal("cursor");
    return problemOfError(c, error instanceof AppError ? await nameError(db, error) : error, log);
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description:
      "A key that an admin created in Marketdesk under Settings, API keys. It starts with `md_`, has scopes, and expires. Each call names the scope that it needs.",
  });
  // Needs no key: tools fetch it, and it contains no customer data. Built on the first request.
  let description: string | null = null;
  app.get("/openapi.json", (c) => {
    description ??= JSON.stringify(describeApi());
    return c.body(description, 200, { "Content-Type": "application/json" });
  });
  const describeApi = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Marketdesk product API",
        version: "1",
        description:
          "For the publisher's own product: subscriptions, entitlements of customers, changes, and confirmations of what the product has provisioned.",
      },
      servers: [{ url: `${deps.publicUrl}/api/v1` }],
    });

  app.use("*", requireKey(deps));
  app.use("*", readableAddress);
  const limitCall = limitBody({ maxSize: maxBodyBytes, onError: (c) => problem(c, "TooLarge", "Send at most 16 kB.") });
  const usagePath = reportUsageRoute.getRoutingPath();
  const hasOwnLimit = (path: string, method: string) => path.endsWith(usagePath) && method === "POST";
  app.use("*", (c, next) => (hasOwnLimit(c.req.path, c.req.method) ? next() : limitCall(c, next)));
  app.post(
    usagePath,
    limitBody({
      maxSize: maxUsageBodyBytes,
      onError: (c) => problem(c, "TooLarge", "Send at most 1,000 events and 240 kB."),
    }),
  );

  for (const route of routes) {
    const call = scopedCall(route);
    app.on(call.method, call.path, requireScope(call, deps.recordRefusal));
  }
  for (const route of [getRoute, entitlementsRoute]) app.use(route.getRoutingPath(), etag());
  app.put(confirmRoute.getRoutingPath(), readableBody);
  app.post(rotateSigningKeyRoute.getRoutingPath(), readableBody);

  app.openapi(listRoute, async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const { rows, nextCursor } = await listForProduct(db, filters, limit);
    return c.json({ subscriptions: rows.map(subscriptionAnswer), next: nextCursor }, 200);
  });

  app.openapi(getRoute, async (c) => c.json(revalidated(c, await answerFor(db, c.req.valid("param").id)), 200));

  app.openapi(confirmRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { planId, access, quantity = null, reference = null, evidence = null } = c.req.valid("json");
    const confirmation = {
      subscriptionId: id,
      planId,
      access,
      quantity,
      reference: reference || null,
      evidence: evidence || null,
    };
    await confirmProvisioning(contextOf(deps, c.var.key), confirmation);
    return c.json(await answerFor(db, id), 200);
  });

  app.openapi(entitlementsRoute, async (c) =>
    c.json(revalidated(c, await entitlementsFor(db, c.req.valid("query"))), 200),
  );

  const sign = createTokenSigner({ ...deps.signing, issuer: deps.publicUrl, log });
  app.openapi(tokenRoute, async (c) => {
    const { audience, ...query } = c.req.valid("query");
    const { token, expiresAt } = await sign(entitlementToken, claimsFor(await entitlementsFor(db, query)), audience);
    return c.json({ token, expiresAt: expiresAt.toISOString() }, 200);
  });

  app.openapi(rotateSigningKeyRoute, async (c) => {
    const { actor } = contextOf(deps, c.var.key);
    await rotateSigningKey({ ...deps.signing, actor }, c.req.valid("json"));
    return c.body(null, 204);
  });

  app.openapi(useHandoffRoute, async (c) => {
    const { jti } = c.req.valid("param");
    const isFirst = await useOnce(db, `handoff ${jti}`, handoffEnd(deps.signing.now()), deps.signing.now());
    if (isFirst) return c.body(null, 204);
    throw new AppError(
      "NotAllowedNow",
      "This handoff has already been used. Ask the person to open the product again.",
    );
  });

  addCommands(app, (key) => contextOf(deps, key));
  addPlannedChanges(app, (key) => contextOf(deps, key));
  addUsage(app, (key) => ({ ...contextOf(deps, key), now: deps.marketplaceNow ?? deps.now }));

  app.openapi(changesRoute, async (c) => {
    const { after, limit } = c.req.valid("query");
    const { events, next, hasMore } = await readFeed(db, after, limit);
    return c.json({ changes: events.map(changeAnswer), next, hasMore }, 200);
  });

  app.all("*", (c) =>
    problem(c, "NotFound", `There is no ${c.req.method} ${c.req.path}. See /api/v1/openapi.json for all calls.`),
  );
  return app;
}

async function answerFor(db: Database, id: string) {
  const found = await findForProduct(db, id);
  if (!found) throw new AppError("NotFound", "There is no subscription with this ID. Use Microsoft's subscription ID.");
  return subscriptionAnswer(found);
}

/** Longer than any handoff is valid, so that none can be used twice. */
function handoffEnd(now: Date): Date {
  return new Date(now.getTime() + 2 * handoffToken.ttlSeconds * 1_000);
}

function contextOf({ db, marketplace, now, log }: ProductApiDeps, key: Key): Context {
  return { db, marketplace, now, log, actor: { kind: "product", id: key.id, name: key.name } };
}
