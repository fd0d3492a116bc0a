/** The routes of all URLs. */
import type { RequestListener, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { TRPCError } from "@trpc/server";
import type { Logger } from "pino";
import { z } from "zod";
import type { RefusalReason } from "../../shared/refusals.ts";
import { hostRulesOf, isServedHost, misdirectedMessage } from "../../shared/hosts.ts";
import { createCookies } from "../auth/cookies.ts";
import { isFresh } from "../auth/fresh-sign-in.ts";
import { createSessions } from "../auth/sessions.ts";
import type { StaffRecheck } from "../auth/staff-recheck.ts";
import type { EntraConfig } from "../config/shape.ts";
import type { Database } from "../database/connection/database.ts";
import { ForeignCursor } from "../database/statements/keyset.ts";
import { whyUnreadable } from "../domain/storable-text.ts";
import type { ClockReadings } from "../domain/alarm.ts";
import type { AccessProblem } from "../marketplace/access-watch.ts";
import type { Outage } from "../marketplace/breaker.ts";
import type { EntraFetch } from "../marketplace/entra-fetch.ts";
import type { KnownKeys } from "../marketplace/signing-keys.ts";
import type { Marketplace } from "../marketplace/types.ts";
import type { TrpcContext } from "../trpc/init.ts";
import { appRouter } from "../trpc/router.ts";
import type { EndpointTools } from "../commands/endpoints/endpoint-tools.ts";
import type { NotifyTools } from "../commands/notifications/notify-tools.ts";
import type { AttemptCount } from "../outbox/attempt-counts.ts";
import type { Changes } from "../database/connection/change-listener.ts";
import { readersDay } from "./readers-day.ts";
import { createExportRoutes } from "./exports/exports.ts";
import { createHealthRoutes } from "./health.ts";
import { createJwksRoutes } from "./jwks.ts";
import { createLandingPreview } from "./landing/preview.ts";
import { createLandingRoutes } from "./landing.ts";
import { createTokenSigner } from "../commands/signing-keys/sign-token.ts";
import { createLimitByAddress, type LimitByAddress } from "./limits/by-address.ts";
import type { ClientAddress } from "./limits/client-address.ts";
import { createLimits, type Limits } from "./limits/limits.ts";
import { limitStrangers } from "./limits/anonymous-routes.ts";
import { createResponseLimit } from "./limits/open-responses.ts";
import { wrongMethodProblem } from "./product-api/problems.ts";
import { isWebhookAddress, recordMisdirectedWebhooks } from "./misdirected-webhooks.ts";
import { createProductApi } from "./product-api/product-api.ts";
import { startOnePerTurn } from "./port/one-per-turn.ts";
import { isTooLarge, maxBodyBytes, refuseAndClose } from "./port/refuse-and-close.ts";
import { awaitVisit, forgetVisit, isVisitAwaited } from "../commands/purchases/await-visit.ts";
import { createPurchases } from "./purchases.ts";
import type { Readiness } from "./readiness.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import { requireSameOrigin, securityHeaders } from "./security.ts";
import { createSignInRoutes } from "./sign-in.ts";
import { createStreams } from "../trpc/streams.ts";
import { procedureMethod, refuseMethod } from "./wrong-method.ts";
import { createWebhook, type WebhookDeps } from "./webhook.ts";
import { limitBody } from "./limits/limit-body.ts";

export type AppDeps = {
  db: Database;
  /** For exports and previews: its statements may take long. */
  slowDb: Database;
  /** For what needs attention: its statements are planned once. */
  needsDb: Database;
  marketplace: Marketplace;
  changes: Changes;
  webhook: Pick<WebhookDeps, "verify" | "receive" | "recordRejected">;
  /** All other addresses: the dashboard's files and pages. */
  dashboard: (app: Hono) => void;
  /** The build of the dashboard; absent if its pages follow the code. */
  build?: string | undefined;
  entra: EntraConfig;
  /** The address of the Marketplace API. */
  marketplaceUrl: string;
  /** Entra's signing keys that this instance knows. */
  knownKeys: () => KnownKeys;
  /** Whether Microsoft responds to this instance. */
  outage: () => Outage;
  /** How this instance's calls fail at Microsoft. */
  accessProblems: () => AccessProblem[];
  clock: () => ClockReadings;
  publicUrl: string;
  clients: ClientAddress;
  isProduction: boolean;
  metricsToken: string | null;
  /** Default: true. */
  hasLimits?: boolean;
  /** Counts a refused request. */
  recordRefusal?: RecordRefusal;
  /** How many requests this instance has refused since its start. */
  refusals?: () => ReadonlyMap<RefusalReason, number>;
  outbox: EndpointTools & { attempts: () => AttemptCount[]; notify: NotifyTools };
  /** Host names that are served in addition to the host of `publicUrl`. */
  allowedHosts?: readonly string[];
  sandboxUrl: string | null;
  cookieSecret: string;
  /** Checks signed-in staff with Entra again. */
  staffRecheck: Pick<StaffRecheck, "now">;
  isReady: () => boolean;
  readiness: Pick<Readiness, "problem">;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  /** The clock for checking what Entra issues; `now` if absent. */
  entraNow?: () => Date;
  /** Requests to Entra, so that they are recorded; without it they are not. */
  entraFetch?: EntraFetch;
  /** Called for a person who signs in without a role and may have had one. */
  onAccessLost?: (person: { tenantId: string; objectId: string }) => Promise<void>;
  log: Logger;
};

/** Procedures per request; the dashboard's client batches as many. */
export const maxBatchCalls = 10;
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
    // Our server limits what follows a response, for the webhook too.
    autoCleanupIncoming: false,
  });
  const pages = startOnePerTurn((request, response) => void listener(request, response));
  return (request, response) => {
    if (isWebhookAddress(request.url)) webhook(request, response);
    else if (isTooLarge(request)) refuseAndClose(request, response, 413, plainText, "This request is too large.");
    else if (isHealthCheck(request.url)) {
      // Load balancers call this instance by any name.
      request.headers.host = ownHost;
      pages(request, response);
    } else if (isServedHost(request.headers.host, hosts)) pages(request, response);
    else refuseHost(response);
  };
}

/** Load balancers call these under any name, and they disclose nothing. */
function isHealthCheck(url: string | undefined): boolean {
  return /^\/(?:healthz|readyz)(?:\?|$)/.test(url ?? "");
}

function refuseHost(response: ServerResponse): void {
  response.writeHead(421, plainText);
  response.end(misdirectedMessage);
}

/** All addresses except the webhook's. */
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
  const limits = createLimits({ isOff: deps.hasLimits === false });
  const byAddress = createLimitByAddress(limits, deps.clients);

  app.onError((error, c) => {
    // A limit of the framework, such as a body that is too large.
    if (error instanceof HTTPException && error.status < 500) {
      return c.text(error.status === 413 ? "This request is too large." : "This request cannot be read.", error.status);
    }
    log.error({ err: error, path: c.req.path }, "request failed");
    return c.text("Marketdesk had an internal error. Try again in a moment.", 500);
  });

  app.use("*", securityHeaders({ publicUrl, authority: entra.authority }));
  const { recordRefusal = () => {} } = deps;
  const own = new Hono();
  app.use(methodNotAllowed({ app: own, onMethodNotAllowed: wrongMethod }));
  for (const path of ["/trpc/*", "/exports/*"]) app.use(path, readableAddress);
  app.use("*", recordMisdirectedWebhooks(deps.webhook));
  limitStrangers(app, byAddress);
  own.route("/", createHealthRoutes(deps));
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
  const why = whyUnreadable(c.req.url);
  return why === null ? next() : c.text(why, 400);
});

function wrongMethod(c: Context, methods: string[]): Response {
  return c.req.path.startsWith("/api/v1/") ? wrongMethodProblem(c, methods) : refuseMethod(c, methods);
}

function procedures(deps: AppDeps & { limits: Limits; byAddress: LimitByAddress }) {
  const { db, limits, byAddress, now } = deps;
  const cookies = createCookies({ publicUrl: deps.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const streams = createStreams();
  const inFlight = createResponseLimit();
  const previewLanding = createLandingPreview(deps);
  const { recordRefusal = () => {} } = deps;
  return createMiddleware((c) => {
    let secondsToWait: number | null = null;
    return fetchRequestHandler({
      endpoint: "/trpc",
      req: c.req.raw,
      router: appRouter,
      // For reads whose input is too long for an address.
      allowMethodOverride: true,
      onError({ error, type, ctx }) {
        if (error.code === "FORBIDDEN") recordRefusal(type === "mutation" && ctx?.refusedOrigin ? "origin" : "role");
        if (error.code === "UNAUTHORIZED" && cookies.get(c, "staff") !== undefined) recordRefusal("session");
        if (error.cause instanceof ForeignCursor) recordRefusal("cursor");
      },
      maxBatchSize: maxBatchCalls,
      responseMeta: () => (secondsToWait === null ? {} : { headers: { "Retry-After": String(secondsToWait) } }),
      async createContext(): Promise<TrpcContext> {
        // An idle page that follows changes does not keep its session alive.
        const isStream = c.req.path === "/trpc/live.changes";
        const isAway = c.req.header("x-marketdesk-away") === "1" || isStream;
        const found = await sessions.readStaff(c, { isSeen: !isAway });
        const count = Math.min(c.req.path.split(",").length, maxBatchCalls);
        secondsToWait = found
          ? await limits.take("procedure", found.staff.id, count)
          : await byAddress.take(c, "anonymousCall", count);
        const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
        // Streams have their own limit.
        if (found && outgoing && !isStream && !inFlight.take(found.staff.id, outgoing)) secondsToWait ??= 1;
        if (secondsToWait !== null) {
          const who = found ? "Your account sends" : "Your network sends";
          const message = `${who} too many requests. Wait ${secondsToWait} s, then try again.`;
          throw new TRPCError({ code: "TOO_MANY_REQUESTS", message });
        }
        return {
          db,
          slowDb: deps.slowDb,
          needsDb: deps.needsDb,
          marketplace: deps.marketplace,
          changes: deps.changes,
          sandboxUrl: deps.sandboxUrl,
          connection: { ...deps, undeclaredProxy: deps.clients.undeclaredProxy },
          endpointTools: deps.outbox,
          notifyTools: deps.outbox.notify,
          previewLanding,
          now,
          marketplaceNow: deps.marketplaceNow,
          today: readersDay(c.req.header("x-marketdesk-today"), now()),
          log: deps.log,
          signing: { db, secret: deps.cookieSecret, now: deps.entraNow ?? now },
          staff: found?.staff ?? null,
          isSignInFresh: isFresh(found?.authenticatedAt ?? null, (deps.entraNow ?? now)()),
          sessionId: sessions.staffSessionId(c),
          recheckRole: () => deps.staffRecheck.now(sessions.staffSessionId(c)),
          watchSignIn: (onEnd) => sessions.watchStaff(c, onEnd),
          takeStream: (end) => streams.take(sessions.staffSessionId(c) ?? "", found?.staff.id ?? "", end),
          isPageOutdated:
            deps.build !== undefined &&
            c.req.header("x-marketdesk") === "1" &&
            c.req.header("x-marketdesk-build") !== deps.build,
          refusedOrigin:
            c.req.header("x-marketdesk") === "1" ? null : "This change did not come from Marketdesk's own pages.",
          submissionId: uuidOf(c.req.header("x-marketdesk-submission")),
          expectedStaffId: c.req.header("x-marketdesk-staff") ?? null,
        };
      },
    });
  });
}

function uuidOf(header: string | undefined): string | null {
  const read = z.uuid().safeParse(header);
  return read.success ? read.data : null;
}
