/** `/landing`: where the Marketplace sends purchasers. Server-rendered, without script: a purchase must not hang on one. */
import { randomInt } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import type { ContactInput } from "../../shared/inputs.ts";
import { createCookies, isCookieKey, newCookieKey } from "../auth/cookies.ts";
import { createSessions } from "../auth/sessions.ts";
import type { Purchaser, SignedInPurchaser } from "../auth/sessions.ts";
import { noteLandingTrouble } from "../commands/purchases/note-landing-trouble.ts";
import type { Purchase } from "../commands/purchases/purchase.ts";
import type { Config } from "../config.ts";
import type { Database } from "../database/connection.ts";
import { findLogo, readBranding } from "../database/queries/settings.ts";
import { belongingOf } from "../domain/purchase-owner.ts";
import { AppError } from "../errors.ts";
import { AppTokenError, MarketplaceError } from "../marketplace/errors.ts";
import { readContact } from "./landing/contact-form.ts";
import * as guidance from "./landing/guidance-pages.ts";
import { pathOf, purchasePage, stateOf } from "./landing/purchase-pages.ts";
import type { Visit } from "./landing/purchase-pages.ts";

import { longestPurchaseToken, readPurchaseToken } from "./landing/purchase-token.ts";
import { createLimit } from "./limit.ts";
import { showPage } from "./page.ts";
import { otherLoopbackName, requireSameOrigin } from "./security.ts";

export type LandingDeps = {
  db: Database;
  config: Pick<Config, "publicUrl">;
  cookieSecret: string;
  now: () => Date;
  log: Logger;
  purchases: {
    /** Throws `MarketplaceError`, or `AppError` `Forbidden` for a visitor of another organisation. */
    resolve(visitor: Purchaser, purchaseToken: string): Promise<Purchase>;
    get(subscriptionId: string): Promise<Purchase | null>;
    activate(visitor: Purchaser, subscriptionId: string, contact: ContactInput): Promise<void>;
  };
};

const visitSeconds = 3_600;
const updateSeconds = 3;
const largestForm = 64 * 1024;
const minuteMs = 60_000;
/** Purchases that one person may have looked up at Microsoft, and troubles put on record, in a minute. */
const mostResolves = 60;
const mostTroubles = 20;

/** Routes of `/landing`. */
export function createLandingRoutes(deps: LandingDeps): Hono {
  const { db, config, now, log, purchases } = deps;
  const cookies = createCookies({ publicUrl: config.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const app = new Hono();
  const mayResolve = createLimit({ most: mostResolves, everyMs: minuteMs, now });
  const mayNote = createLimit({ most: mostTroubles, everyMs: minuteMs, now });

  /** The support code of a visit that ends in trouble, with what staff find under it. */
  async function noteTrouble(what: string, correlationId?: string): Promise<string> {
    const supportCode = newSupportCode();
    if (mayNote("all")) {
      await noteLandingTrouble({ db, now }, { supportCode, what, correlationId }).catch((error: unknown) =>
        log.warn({ err: error }, "a trouble of the landing page could not be put on record"),
      );
    }
    return supportCode;
  }

  /** Moves the token out of the address at once: addresses end up in histories, logs and referrers. */
  async function keepToken(c: Context, purchaseToken: string) {
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    if (purchaseToken.length > longestPurchaseToken) return refuseToken(c, "too-long");
    const key = newCookieKey(now());
    await cookies.setSealed(c, "visit", key, { purchaseToken }, visitSeconds);
    return c.redirect(visitPath(key), 303);
  }

  async function refuseToken(c: Context, reason: string, correlationId?: string) {
    const supportCode = await noteTrouble(
      reason === "microsoft"
        ? "Microsoft did not take a purchase token: cut, altered, or older than 24 hours."
        : "A purchase token was longer than any of Microsoft's.",
      correlationId,
    );
    log.warn({ reason, supportCode, correlationId }, "a purchase token was refused");
    return showPage(c, guidance.badToken(supportCode), 400);
  }

  async function open(c: Context) {
    const elsewhere = otherLoopbackName(c, config.publicUrl);
    if (elsewhere !== null) return c.redirect(elsewhere);
    const given = readPurchaseToken(c.req.url);
    if (given !== null) return keepToken(c, given);

    const visit = c.req.query("visit");
    if (visit !== undefined) return openVisit(c, visit);
    const [latest] = cookies.keysOf(c, "visit");
    if (latest !== undefined) return c.redirect(visitPath(latest), 303);
    const session = await sessions.readPurchaser(c);
    if (session?.subscriptionId) return c.redirect(pathOf({ subscriptionId: session.subscriptionId }), 303);
    return showPage(c, guidance.noPurchase());
  }

  /** One visit from the Marketplace: it has its own cookie, so that purchases in two tabs do not get mixed up. */
  async function openVisit(c: Context, key: string) {
    const visit = isCookieKey(key) ? await cookies.getSealed(c, "visit", key) : null;
    const { purchaseToken, subscriptionId } = visit ?? {};
    if (typeof subscriptionId === "string") return c.redirect(pathOf({ subscriptionId }), 303);
    if (typeof purchaseToken !== "string") {
      if (isCookieKey(key)) cookies.removeSealed(c, "visit", key);
      return showPage(c, guidance.noPurchase());
    }
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(signIn(visitPath(key))));
    return resolve(c, session, key, purchaseToken);
  }

  async function resolve(c: Context, session: SignedInPurchaser, key: string, purchaseToken: string) {
    const { tenantId, objectId } = session.purchaser;
    if (!mayResolve(`${tenantId} ${objectId}`)) {
      c.header("Retry-After", "60");
      return showPage(c, guidance.tooOften(), 429);
    }
    try {
      const { subscriptionId } = await purchases.resolve(session.purchaser, purchaseToken);
      await sessions.rememberPurchase(c, subscriptionId);
      await cookies.setSealed(c, "visit", key, { subscriptionId }, visitSeconds);
      return c.redirect(pathOf({ subscriptionId }), 303);
    } catch (error) {
      if (error instanceof MarketplaceError && (error.status === 400 || error.code === "InvalidPurchaseToken")) {
        cookies.removeSealed(c, "visit", key);
        return refuseToken(c, "microsoft", error.correlationId);
      }
      if (error instanceof AppError && error.code === "Forbidden") {
        // The token stays, for the right account to go on with.
        const page = guidance.otherOrganisation(session.purchaser, signIn(visitPath(key), true));
        return showPage(c, page, 403);
      }
      throw error;
    }
  }

  /** The purchase, if this person may see it. What they may not see is answered like what is not there. */
  async function findPurchase(session: SignedInPurchaser, subscriptionId: string): Promise<Purchase | null> {
    const purchase = /^[!-~]{1,200}$/.test(subscriptionId) ? await purchases.get(subscriptionId) : null;
    const isTheirs = purchase && belongingOf(session.purchaser, [purchase.purchaser, purchase.beneficiary]) !== null;
    if (purchase && !isTheirs)
      log.warn({ subscriptionId, tenantId: session.purchaser.tenantId }, "landing visit refused");
    return isTheirs ? purchase : null;
  }

  function showPurchase(c: Context, session: SignedInPurchaser, visit: Omit<Visit, "formToken">) {
    const path = pathOf(visit.purchase);
    const isUpdating = stateOf(visit.purchase) === "underway" && c.req.query("update") !== "off";
    if (isUpdating && c.req.method === "GET") c.header("Refresh", String(updateSeconds));
    const page = purchasePage({ ...visit, formToken: session.formToken });
    const account = guidance.accountLine(session.purchaser, signIn(path, true));
    return showPage(c, { ...page, account }, visit.errors ? 422 : 200);
  }

  function showNothingThere(c: Context, { purchaser }: SignedInPurchaser) {
    return showPage(c, guidance.noSuchPurchase(purchaser, signIn(undefined, true)), 404);
  }

  async function show(c: Context) {
    const subscriptionId = c.req.param("id") ?? "";
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(signIn(pathOf({ subscriptionId }))));
    const purchase = await findPurchase(session, subscriptionId);
    if (purchase === null) return showNothingThere(c, session);
    return showPurchase(c, session, { purchase, contact: purchase.contact ?? contactOf(session.purchaser) });
  }

  async function activate(c: Context) {
    const form = await c.req.parseBody();
    const subscriptionId = typeof form["subscriptionId"] === "string" ? form["subscriptionId"] : "";
    const path = subscriptionId ? pathOf({ subscriptionId }) : "/landing";
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(signIn(path)), 401);
    if (form["formToken"] !== session.formToken) return showPage(c, guidance.staleForm(path), 403);
    const purchase = await findPurchase(session, subscriptionId);
    if (purchase === null) return showNothingThere(c, session);
    const read = readContact(form);
    if ("errors" in read) return showPurchase(c, session, { purchase, contact: read.values, errors: read.errors });
    try {
      await purchases.activate(session.purchaser, subscriptionId, read.contact);
    } catch (error) {
      // Somebody was faster, or Microsoft ended it: the page shows what is true now.
      if (!(error instanceof AppError && ["NotAllowedNow", "Conflict"].includes(error.code))) throw error;
    }
    return c.redirect(path, 303);
  }

  async function showTrouble(c: Context, error: unknown) {
    c.header("Retry-After", "30");
    if (error instanceof MarketplaceError || error instanceof AppTokenError || isUpstream(error)) {
      const facts =
        error instanceof MarketplaceError ? { status: error.status, correlationId: error.correlationId } : {};
      const supportCode = await noteTrouble(
        "The landing page could not reach Microsoft.",
        "correlationId" in facts ? facts.correlationId : undefined,
      );
      log.error({ supportCode, name: error.name, ...facts }, "the landing page could not reach Microsoft");
      return showPage(c, guidance.unreachable(supportCode), 503);
    }
    const supportCode = await noteTrouble("The landing page failed; the log has more under the same code.");
    log.error({ supportCode, err: error }, "the landing page failed");
    return showPage(c, guidance.ownTrouble(supportCode), 500);
  }

  const guarded = (handler: (c: Context) => Promise<Response>) => (c: Context) =>
    handler(c).catch((error: unknown) => showTrouble(c, error));

  // A page that cannot be dressed is better than none.
  app.use("/landing/*", async (c, next) => {
    c.set("branding", await readBranding(db).catch(() => null));
    await next();
  });
  app.get("/landing/logo/:sha256", async (c) => {
    const sha256 = c.req.param("sha256");
    const logo = /^[0-9a-f]{64}$/.test(sha256) ? await findLogo(db, sha256) : null;
    if (logo === null) return c.text("There is no such picture.", 404);
    c.header("Content-Type", logo.type);
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    return c.body(Uint8Array.from(logo.bytes));
  });
  app.on("GET", ["/landing", "/landing/"], guarded(open));
  app.get("/landing/subscriptions/:id", guarded(show));
  app.get("/landing/activate", (c) => c.redirect("/landing", 303));
  app.post(
    "/landing/activate",
    requireSameOrigin(config.publicUrl),
    bodyLimit({ maxSize: largestForm }),
    guarded(activate),
  );
  return app;
}

function isUpstream(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === "Upstream" || error.code === "Unavailable");
}

function visitPath(key: string): string {
  return `/landing?visit=${key}`;
}

function signIn(returnTo?: string, isOther = false): string {
  const query = new URLSearchParams();
  if (returnTo !== undefined) query.set("returnTo", returnTo);
  if (isOther) query.set("account", "other");
  return `/auth/purchaser/sign-in${query.size > 0 ? `?${query}` : ""}`;
}

function contactOf({ name, email }: Purchaser): ContactInput {
  return { name: name === email ? "" : name, email: email ?? "", company: "", phone: "" };
}

/** Eight characters that are hard to confuse when read aloud; record and log have them beside what happened. */
function newSupportCode(): string {
  const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join("");
}
