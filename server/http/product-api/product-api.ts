/** `/api/v1/…`: for the publisher's product, with an API key. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { Logger } from "pino";
import type { ApiScope } from "../../../shared/api-scopes.ts";
import { hashOf } from "../../commands/product/api-keys.ts";
import { confirmProvisioning } from "../../commands/product/confirm-provisioning.ts";
import type { Context } from "../../context.ts";
import { findApiKey, recordApiKeyUse } from "../../database/queries/api-keys.ts";
import { ForeignCursor } from "../../database/statements/keyset.ts";
import type { Database } from "../../database/connection/database.ts";
import { findForProduct, listForProduct, readFeed } from "../../database/queries/product.ts";
import { readKey } from "../../domain/api-key.ts";
import { AppError } from "../../errors.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import type { LimitByAddress } from "../limits/by-address.ts";
import type { Marketplace } from "../../marketplace/types.ts";
import { changeAnswer, subscriptionAnswer } from "./responses.ts";
import { createCallBudget } from "./call-budget.ts";
import { invalid, problem, thrown } from "./problems.ts";
import { readableAddress, readableBody } from "./readable-request.ts";
import { changesRoute, confirmRoute, getRoute, listRoute, scopedRoutes } from "./routes.ts";

type ProductApiDeps = {
  db: Database;
  marketplace: Marketplace;
  publicUrl: string;
  byAddress: Pick<LimitByAddress, "take">;
  recordRefusal: RecordRefusal;
  now: () => Date;
  log: Logger;
};

type Key = { id: string; name: string; scopes: ApiScope[] | null };
type Env = { Variables: { key: Key } };

const maxBodyBytes = 16 * 1024;

export function createProductApi(deps: ProductApiDeps): OpenAPIHono<Env> {
  const { db, log } = deps;
  const app = new OpenAPIHono<Env>({
    defaultHook: (result, c) => (result.success ? undefined : invalid(c, result.error)),
  });
  app.onError((error, c) => {
    if (error instanceof ForeignCursor) deps.recordRefusal("cursor");
    return thrown(c, error, log);
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description:
      "A key that an admin created in Marketdesk under Settings, API keys. It starts with `md_`, has scopes, and expires. Each call names the scope that it needs.",
  });
  // Without a key, because tools fetch it and it discloses no customer data. Built on the first request.
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
          "For the publisher's own product: subscriptions, what each customer may do, what changed, and what the product has provisioned.",
      },
      servers: [{ url: `${deps.publicUrl}/api/v1` }],
    });

  app.use("*", requireKey(deps));
  app.use("*", readableAddress);
  app.use("*", bodyLimit({ maxSize: maxBodyBytes, onError: (c) => problem(c, "TooLarge", "Send at most 16 kB.") }));

  for (const { method, path, scope } of scopedRoutes) app.on(method, path, requireScope(scope, deps.recordRefusal));
  app.put(confirmRoute.getRoutingPath(), readableBody);

  app.openapi(listRoute, async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const { rows, nextCursor } = await listForProduct(db, filters, limit);
    return c.json({ subscriptions: rows.map(subscriptionAnswer), next: nextCursor }, 200);
  });

  app.openapi(getRoute, async (c) => c.json(await answerFor(db, c.req.valid("param").id), 200));

  app.openapi(confirmRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { planId, access, quantity = null, reference = null, evidence = null } = c.req.valid("json");
    const said = {
      subscriptionId: id,
      planId,
      access,
      quantity,
      reference: reference || null,
      evidence: evidence || null,
    };
    await confirmProvisioning(contextOf(deps, c.var.key), said);
    return c.json(await answerFor(db, id), 200);
  });

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

function contextOf({ db, marketplace, now, log }: ProductApiDeps, key: Key): Context {
  return { db, marketplace, now, log, actor: { kind: "product", id: key.id, name: key.name } };
}

/** The key is looked up for each call, so that a revoked key is refused immediately. */
function requireKey({ db, byAddress, recordRefusal, now }: ProductApiDeps) {
  const isWithinBudget = createCallBudget(now);
  return createMiddleware<Env>(async (c, next) => {
    const given = readKey(c.req.header("authorization"));
    const key = given === null ? null : await findApiKey(db, hashOf(given));
    const isExpired = key !== null && key.expiresAt !== null && key.expiresAt <= now();
    if (key === null || isExpired) {
      if (c.req.header("authorization") !== undefined) recordRefusal("api_key");
      const seconds = await byAddress.take(c, "anonymousCall");
      if (seconds !== null) {
        c.header("Retry-After", String(seconds));
        return problem(c, "TooManyCalls", `Your network sends too many calls without a valid key. Wait ${seconds} s.`);
      }
      c.header("WWW-Authenticate", 'Bearer realm="Marketdesk product API"');
      const detail =
        given === null
          ? "Send an API key as `Authorization: Bearer md_…`. An admin creates keys in Marketdesk under Settings, API keys."
          : isExpired
            ? "This API key has expired. Ask a Marketdesk admin for a new key."
            : "This API key is unknown or was revoked. Ask a Marketdesk admin for another key.";
      return problem(c, "Unauthenticated", detail);
    }
    if (!isWithinBudget(key.id)) {
      c.header("Retry-After", "1");
      return problem(c, "TooManyCalls", "Too many calls with this key. Wait a second, then continue more slowly.");
    }
    await recordApiKeyUse(db, key, now());
    c.set("key", { id: key.id, name: key.name, scopes: key.scopes });
    return next();
  });
}

/** Keys created before scopes existed have none and may do everything. */
function requireScope(scope: ApiScope, recordRefusal: RecordRefusal) {
  return createMiddleware<Env>((c, next) => {
    const { scopes } = c.var.key;
    if (scopes === null || scopes.includes(scope)) return next();
    recordRefusal("api_scope");
    const detail = `This API key does not have the scope \`${scope}\`. Ask a Marketdesk admin for a key with this scope.`;
    return Promise.resolve(problem(c, "Forbidden", detail));
  });
}
