/** The routes of all URLs. */
import type { RequestListener, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { hostRulesOf, isServedHost, misdirectedMessage } from "../../shared/hosts.ts";
import { acceptsNoChanges, noChangesMessage } from "../database/statements/database-errors.ts";
import { databaseProblem } from "../database/statements/database-problem.ts";
import { urlProblem } from "../domain/storable-text.ts";
import { createExportRoutes } from "./exports/exports.ts";
import { createHealthRoutes } from "./health.ts";
import { createJwksRoutes } from "./jwks.ts";
import { createLandingRoutes } from "./landing.ts";
import { createTokenSigner } from "../commands/signing-keys/sign-token.ts";
import { createLimitByAddress } from "./limits/by-address.ts";
import { createLimits } from "./limits/limits.ts";
import { limitAnonymousRoutes } from "./limits/anonymous-routes.ts";
import { wrongMethodProblem } from "./product-api/problems.ts";
import { isWebhookAddress, recordMisdirectedWebhooks } from "./misdirected-webhooks.ts";
import { createProductApi } from "./product-api/product-api.ts";
import { startOnePerTurn } from "./port/one-per-turn.ts";
import { isTooLarge, maxBodyBytes, refuseAndClose } from "./port/refuse-and-close.ts";
import { awaitVisit, forgetVisit, isVisitAwaited } from "../commands/purchases/await-visit.ts";
import { createPurchases } from "./purchases.ts";
import { requireSameOrigin, securityHeaders } from "./security.ts";
import { createSignInRoutes } from "./sign-in.ts";
import { procedureMethod, refuseMethod } from "./wrong-method.ts";
import { createWebhook } from "./webhook.ts";
import { limitBody } from "./limits/limit-body.ts";
import type { AppDeps } from "./app-deps.ts";
import { procedures } from "./procedures.ts";

const plainText = {
  "content-type": "text/plain; charset=UTF-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

export function createApp(deps: AppDeps): RequestListener {
  const { now, log } = deps;
  const webhook = createWebhook({ ...deps.webhook, isHttps: deps.publicUrl.startsWith("https:"), now, log });
  const hosts = hostRulesOf(deps.publicUrl, deps.allowedHosts ?? []);
  const ownHost = new URL(deps.publicUrl).host;
  const listener = getRequestListener(createPages(deps).fetch, {
    // HTTP/1.0, in which some load balancers send their checks, has no Host header.
    hostname: ownHost,
    errorHandler(error) {
      if (error instanceof RequestError)
        return new Response("This request has an address that cannot be read.", { status: 400, headers: plainText });
      log.error({ err: error }, "request failed");
      return new Response("Marketdesk had an internal error. Try again in a moment.", {
        status: 500,
        headers: plainText,
      });
    },
    overrideGlobalObjects: false,
    // `boundRestOfBody` limits what a client sends after its response, for the webhook too.
    autoCleanupIncoming: false,
  });
  const pages = startOnePerTurn((request, response) => void listener(request, response));
  return (request, response) => {
    if (isWebhookAddress(request.url)) webhook(request, response);
    else if (isTooLarge(request)) refuseAndClose(request, response, 413, plainText, "This request is too large.");
    else if (isHealthCheck(request.url)) {
      // Load balancers may send any Host header.
      request.headers.host = ownHost;
      pages(request, response);
    } else if (isServedHost(request.headers.host, hosts)) pages(request, response);
    else refuseHost(response);
  };
}

/** Load balancers call these with any Host header, and they disclose nothing. */
function isHealthCheck(url: string | undefined): boolean {
  return /^\/(?:healthz|readyz)(?:\?|$)/.test(url ?? "");
}

function refuseHost(response: ServerResponse): void {
  response.writeHead(421, plainText);
  response.end(misdirectedMessage);
}

/** All paths except the webhook's. */
export function createPages(deps: AppDeps): Hono {
  const { db, publicUrl, entra, cookieSecret, now, entraNow = now, log } = deps;
  const app = new Hono();
  const toEntra = { entra, entraNow, entraFetch: deps.entraFetch };
  const signIn = {
    db,
    config: { publicUrl },
    ...toEntra,
    cookieSecret,
    now,
    recordRefusal: deps.recordRefusal,
    log,
    onAccessLost: deps.onAccessLost,
  };
  const limits = createLimits({ isDisabled: deps.hasLimits === false });
  const byAddress = createLimitByAddress(limits, deps.clients);

  app.onError((error, c) => {
    // A limit of the framework, such as a body that is too large.
    if (error instanceof HTTPException && error.status < 500) {
      return c.text(error.status === 413 ? "This request is too large." : "This request cannot be read.", error.status);
    }
    log.error({ err: error, path: c.req.path }, "request failed");
    if (acceptsNoChanges(error)) return c.text(noChangesMessage, 503, { "Retry-After": "30" });
    // Anyone can read this answer, so it does not say why.
    if (databaseProblem(error) !== null)
      return c.text("Marketdesk cannot use its database. Try again in a minute.", 503, { "Retry-After": "30" });
    return c.text("Marketdesk had an internal error. Try again in a moment.", 500);
  });

  app.use("*", securityHeaders({ publicUrl, authority: entra.authority }));
  const { recordRefusal = () => {} } = deps;
  const own = new Hono();
  app.use(methodNotAllowed({ app: own, onMethodNotAllowed: wrongMethod }));
  for (const path of ["/trpc/*", "/exports/*"]) app.use(path, readableAddress);
  app.use("*", recordMisdirectedWebhooks(deps.webhook));
  limitAnonymousRoutes(app, byAddress);
  own.route("/", createHealthRoutes({ ...deps, now: entraNow }));
  const signing = { db, secret: cookieSecret, now: entraNow };
  own.route("/", createJwksRoutes(signing));
  own.route("/api/v1", createProductApi({ ...deps, signing, recordRefusal, byAddress }));
  own.route("/", createSignInRoutes(signIn));
  const sign = createTokenSigner({ ...signing, issuer: publicUrl, log });
  const visits = { db, now, secret: cookieSecret };
  const awaited =
    deps.outbox.notify.mailServer === null
      ? null
      : {
          keep: (visit: Parameters<typeof awaitVisit>[1]) => awaitVisit(visits, visit),
          has: (visit: Parameters<typeof isVisitAwaited>[1]) => isVisitAwaited(visits, visit),
          forget: (visit: Parameters<typeof forgetVisit>[1]) => forgetVisit(visits, visit),
        };
  own.route("/", createLandingRoutes({ ...signIn, sign, limits, purchases: createPurchases(deps), awaited }));
  own.use(
    "/trpc/*",
    procedureMethod,
    requireSameOrigin(publicUrl, () => recordRefusal("origin")),
    limitBody({ maxSize: maxBodyBytes }),
    procedures({ ...deps, limits, byAddress }),
  );
  own.use(
    "/exports/*",
    requireSameOrigin(publicUrl, () => recordRefusal("origin")),
  );
  own.route("/", createExportRoutes({ ...deps, recordRefusal, limits }));
  // Otherwise the dashboard would answer these with its own page.
  for (const path of ["/auth/*", "/exports/*"]) own.all(path, (c) => c.text("There is no page at this address.", 404));
  app.route("/", own);
  deps.dashboard(app);
  return app;
}

const readableAddress = createMiddleware(async (c, next) => {
  const why = urlProblem(c.req.url);
  return why === null ? next() : c.text(why, 400);
});

function wrongMethod(c: Context, methods: string[]): Response {
  return c.req.path.startsWith("/api/v1/") ? wrongMethodProblem(c, methods) : refuseMethod(c, methods);
}
