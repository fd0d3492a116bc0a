/** `/landing`: where Microsoft sends purchasers. Rendered on the server, so that a purchase never depends on a script. */
import { Hono } from "hono";
import type { Context } from "hono";
import type { Logger } from "pino";
import type { ContactInput } from "../../shared/inputs/landing.ts";
import type { Language } from "../../shared/languages.ts";
import { type Answer, textIn } from "../../shared/questions.ts";
import { createCookies, isCookieKey, newCookieKey, startOf } from "../auth/cookies.ts";
import { createSessions } from "../auth/sessions.ts";
import type { Purchaser, SignedInPurchaser } from "../auth/sessions.ts";
import type { createTokenSigner } from "../commands/signing-keys/sign-token.ts";
import type { Purchase } from "../commands/purchases/purchase.ts";
import { NotTheirPurchase } from "../commands/purchases/refuse-visitor.ts";
import type { Config } from "../config/shape.ts";
import type { Database } from "../database/connection/database.ts";
import type { ActiveQuestions } from "../database/queries/question-sets.ts";
import { findLogo, readBranding } from "../database/queries/branding.ts";
import { readAnswers, typedFrom } from "../domain/answers.ts";
import { failureOf, type LandingFailure } from "../domain/landing-failure.ts";
import { belongingOf, personalTenantId } from "../domain/purchase-owner.ts";
import { AppError } from "../errors.ts";
import { AppTokenError, MarketplaceError } from "../marketplace/errors.ts";
import { answerErrors } from "./landing/answer-fields.ts";
import { typedForm } from "./landing/typed-form.ts";
import { readContact } from "./landing/contact-form.ts";
import { canOpen, handoffUrl } from "./landing/handoff.ts";
import { createDrafts } from "./landing/drafts.ts";
import {
  defaultRetrySeconds,
  failurePage,
  type FailedVisit,
  isWorthRetrying,
  staffSummaries,
} from "./landing/failure-pages.ts";
import * as guidance from "./landing/guidance-pages.ts";
import { readForm } from "./landing/read-form.ts";
import { openPathOf, pathOf, purchasePage, stateOf } from "./landing/purchase-pages.ts";
import type { Visit } from "./landing/purchase-pages.ts";
import { maxPurchaseTokenLength, readPurchaseToken } from "./landing/read-purchase-token.ts";
import { createSupportCodes } from "./landing/support-codes.ts";
import type { Limits } from "./limits/limits.ts";
import { showPage } from "./html-page.ts";
import { forPurchasers, readerOf } from "./reader.ts";
import { otherLoopbackName, requireSameOrigin } from "./security.ts";
import { limitBody } from "./limits/limit-body.ts";

export type LandingDeps = {
  db: Database;
  config: Pick<Config, "publicUrl">;
  cookieSecret: string;
  /** Signs handoffs to the product. */
  sign: ReturnType<typeof createTokenSigner>;
  limits: Limits;
  now: () => Date;
  log: Logger;
  purchases: {
    /** Throws `MarketplaceError`, or `NotTheirPurchase` for a stranger. */
    resolve(visitor: Purchaser, purchaseToken: string): Promise<Purchase>;
    get(subscriptionId: string): Promise<Purchase | null>;
    activate(
      visitor: Purchaser,
      subscriptionId: string,
      given: { contact: ContactInput; answers: Answer[]; asked: ActiveQuestions; language: Language },
    ): Promise<void>;
  };
  /** Keeps a visit until Microsoft responds, and mails the visitor then; null: no mail server is set. */
  awaited: {
    keep(visit: { purchaseToken: string; email: string; language: Language }): Promise<void>;
    has(visit: { purchaseToken: string; email: string }): Promise<boolean>;
    /** The visitor has reached the purchase. */
    forget(visit: { purchaseToken: string; subscriptionId: string }): Promise<void>;
  } | null;
};

const visitSeconds = 3_600;
/** How long Microsoft resolves a purchase token. */
const purchaseTokenSeconds = 86_400;
/** A page that waits for Microsoft asks again after twice the time, up to this. */
const maxRefreshSeconds = 600;
const updateSeconds = 3;
const maxFormBytes = 64 * 1024;
/** A browser that returns from our redirect needs less than this; later, the visit has expired. */
const freshVisitMs = 60_000;

/** Routes of `/landing`. */
export function createLandingRoutes(deps: LandingDeps): Hono {
  const { db, config, limits, now, log, purchases } = deps;
  const cookies = createCookies({ publicUrl: config.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const drafts = createDrafts(cookies, now);
  const supportCodeFor = createSupportCodes({ db, now, log });
  const app = new Hono();

  /** Moves the token from the address to a cookie: addresses end up in browser histories, logs and referrers. */
  async function saveToken(c: Context, purchaseToken: string) {
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    // The visitor has not signed in, so all such visits share one support code and one record.
    if (purchaseToken.length > maxPurchaseTokenLength) {
      return showFailure(c, { failure: "too-long" }, null, "/landing");
    }
    const key = newCookieKey(now());
    await cookies.setSealed(c, "visit", key, { purchaseToken }, visitSeconds);
    return c.redirect(visitPath(key), 303);
  }

  async function open(c: Context) {
    const elsewhere = otherLoopbackName(c, config.publicUrl);
    if (elsewhere !== null) return c.redirect(elsewhere);
    const given = readPurchaseToken(c.req.url);
    if (given !== null) return saveToken(c, given);

    const visit = c.req.query("visit");
    if (visit !== undefined) return openVisit(c, visit);
    const [latest] = cookies.keysOf(c, "visit");
    if (latest !== undefined) return c.redirect(visitPath(latest), 303);
    const session = await sessions.readPurchaser(c);
    if (session?.subscriptionId) return c.redirect(pathOf({ subscriptionId: session.subscriptionId }), 303);
    return showPage(c, guidance.noPurchase(readerOf(c)));
  }

  /** One visit from Microsoft. It has its own cookie, so that purchases in two tabs are kept apart. */
  async function openVisit(c: Context, key: string) {
    const visit = isCookieKey(key) ? await cookies.getSealed(c, "visit", key) : null;
    const { purchaseToken, subscriptionId } = visit ?? {};
    if (typeof subscriptionId === "string") return c.redirect(pathOf({ subscriptionId }), 303);
    if (typeof purchaseToken !== "string") {
      if (isCookieKey(key)) {
        const { host } = new URL(config.publicUrl);
        const isFresh = now().getTime() - startOf(key).getTime() < freshVisitMs;
        if (isFresh && c.req.header("Cookie") === undefined) return showPage(c, guidance.noCookies(readerOf(c), host));
        cookies.removeSealed(c, "visit", key);
      }
      return showPage(c, guidance.noPurchase(readerOf(c)));
    }
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(visitPath(key))));
    return resolve(c, session, key, purchaseToken);
  }

  async function resolve(c: Context, session: SignedInPurchaser, key: string, purchaseToken: string) {
    const waitSeconds = await limits.take("resolve", idOf(session.purchaser));
    if (waitSeconds !== null) {
      c.header("Retry-After", String(waitSeconds));
      return showPage(c, guidance.tooManyVisits(readerOf(c), visitPath(key), waitSeconds), 429);
    }
    try {
      const purchase = await purchases.resolve(session.purchaser, purchaseToken);
      const { subscriptionId } = purchase;
      await deps.awaited?.forget({ purchaseToken, subscriptionId });
      await sessions.rememberPurchase(c, subscriptionId);
      await cookies.setSealed(c, "visit", key, { subscriptionId }, visitSeconds);
      return c.redirect(goesStraightOn(purchase) ? openPathOf(purchase) : pathOf(purchase), 303);
    } catch (error) {
      if (error instanceof NotTheirPurchase) {
        // Keep the token: the purchaser can continue with the right account.
        const otherAccount = signIn(visitPath(key), true);
        return showPage(
          c,
          guidance.otherOrganization(readerOf(c), session.purchaser, otherAccount, error.supportCode),
          403,
        );
      }
      const failed = failedBy(error);
      if (failed.failure === "link") cookies.removeSealed(c, "visit", key);
      // Microsoft may be away for longer than a visit is kept.
      else await cookies.setSealed(c, "visit", key, { purchaseToken }, purchaseTokenSeconds);
      const mail = await mailFor(session, key, purchaseToken);
      return showFailure(c, failed, idOf(session.purchaser), visitPath(key), mail);
    }
  }

  /** Only to the account's own address, so that no one can have mails sent to others. */
  async function mailFor({ purchaser }: SignedInPurchaser, visit: string, purchaseToken: string) {
    if (deps.awaited === null || !purchaser.email) return null;
    const { email } = purchaser;
    return { address: email, isAwaited: await deps.awaited.has({ purchaseToken, email }), visit };
  }

  /** The visitor asks for a mail when Microsoft responds. */
  async function wait(c: Context) {
    const { visit } = (await readForm(c)) ?? {};
    const key = typeof visit === "string" ? visit : "";
    const session = await sessions.readPurchaser(c);
    const { purchaseToken } = (isCookieKey(key) ? await cookies.getSealed(c, "visit", key) : null) ?? {};
    const email = session?.purchaser.email;
    if (session && email && deps.awaited !== null && typeof purchaseToken === "string") {
      const waitSeconds = await limits.take("ownContactForm", `${idOf(session.purchaser)} wait`);
      if (waitSeconds === null) await deps.awaited.keep({ purchaseToken, email, language: readerOf(c).language });
    }
    return c.redirect(isCookieKey(key) ? visitPath(key) : "/landing", 303);
  }

  /** The purchase, if this person may see it. Other people's purchases look as if they did not exist. */
  async function findPurchase(session: SignedInPurchaser, subscriptionId: string): Promise<Purchase | null> {
    const purchase = /^[!-~]{1,200}$/.test(subscriptionId) ? await purchases.get(subscriptionId) : null;
    const isOwnPurchase =
      purchase && belongingOf(session.purchaser, [purchase.purchaser, purchase.beneficiary]) !== null;
    if (purchase && !isOwnPurchase)
      log.warn({ subscriptionId, tenantId: session.purchaser.tenantId }, "landing visit refused");
    return isOwnPurchase ? purchase : null;
  }

  async function showPurchase(
    c: Context,
    session: SignedInPurchaser,
    visit: Omit<Visit, "reader" | "introduction" | "formToken" | "isPersonal">,
  ) {
    const path = pathOf(visit.purchase);
    const branding = await readBranding(db, visit.purchase.offerId).catch(() => c.get("branding"));
    c.set("branding", branding);
    const isFollowed = c.req.method === "GET" && c.req.query("update") !== "off";
    const isActivating = ["activating", "awaiting"].includes(stateOf(visit.purchase));
    if (isFollowed && stateOf(visit.purchase) === "activating") c.header("Refresh", String(updateSeconds));
    // After the activation that this browser asked for; a later visit stays on the page.
    const opens = visit.purchase.destination?.mode === "after_activation" && c.req.query("then") === "open";
    if (isFollowed && opens && !isActivating && canOpen(visit.purchase))
      c.header("Refresh", `0; url=${openPathOf(visit.purchase)}`);
    const isPersonal = isPersonalAccount(session.purchaser);
    const reader = readerOf(c);
    const introduction = textIn(branding?.introduction ?? {}, reader.language);
    const page = purchasePage({ ...visit, reader, introduction, formToken: session.formToken, isPersonal });
    const account = guidance.accountLine(reader, session.purchaser, signIn(path, true));
    const status = visit.errors
      ? 422
      : visit.notice === "other-sign-in"
        ? 403
        : visit.notice === "colleague"
          ? 409
          : 200;
    return showPage(c, { ...page, account }, status);
  }

  function showNoPurchase(c: Context, { purchaser }: SignedInPurchaser, path: string) {
    return showPage(c, guidance.noSuchPurchase(readerOf(c), purchaser, signIn(path, true)), 404);
  }

  async function show(c: Context) {
    const subscriptionId = c.req.param("id") ?? "";
    const path = pathOf({ subscriptionId });
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(path)));
    const purchase = await findPurchase(session, subscriptionId);
    if (purchase === null) return showNoPurchase(c, session, path);
    const draft = await drafts.read(c, subscriptionId);
    if (draft) return showPurchase(c, session, { purchase, ...draft, notice: "draft" });
    const contact = purchase.contact ?? contactOf(session.purchaser);
    return showPurchase(c, session, { purchase, contact, answers: typedFrom(purchase.answers) });
  }

  /** To the product, with a handoff. */
  async function openProduct(c: Context) {
    const path = pathOf({ subscriptionId: c.req.param("id") ?? "" });
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(path)));
    const purchase = await findPurchase(session, c.req.param("id") ?? "");
    if (purchase === null) return showNoPurchase(c, session, path);
    const { purchaser } = session;
    const url = await handoffUrl(deps.sign, { purchase, purchaser, language: readerOf(c).language });
    // The token is in the address, so no other site may learn the address.
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.redirect(url ?? path, 303);
  }

  async function activate(c: Context) {
    const form = (await readForm(c)) ?? {};
    const subscriptionId = typeof form["subscriptionId"] === "string" ? form["subscriptionId"] : "";
    if (subscriptionId === "") return showPage(c, guidance.noPurchase(readerOf(c)), 400);
    try {
      return await send(c, form, subscriptionId);
    } catch (error) {
      await drafts.keep(c, subscriptionId, typedForm(form));
      throw error;
    }
  }

  /** Handles a submitted form. If it cannot be processed, what was typed is kept as a draft of its purchase. */
  async function send(c: Context, form: Record<string, unknown>, subscriptionId: string) {
    const path = pathOf({ subscriptionId });
    const typed = typedForm(form);
    const session = await sessions.readPurchaser(c);
    if (session === null) {
      await drafts.keep(c, subscriptionId, typed);
      return showPage(c, guidance.signInFirst(readerOf(c), signIn(path), true), 401);
    }
    const waitSeconds = await limits.take("ownContactForm", `${idOf(session.purchaser)} ${subscriptionId}`);
    if (waitSeconds !== null) {
      await drafts.keep(c, subscriptionId, typed);
      c.header("Retry-After", String(waitSeconds));
      return showPage(c, guidance.tooManyForms(readerOf(c), path, waitSeconds), 429);
    }
    const purchase = await findPurchase(session, subscriptionId);
    if (purchase === null) {
      await drafts.keep(c, subscriptionId, typed);
      return showNoPurchase(c, session, path);
    }
    if (form["formToken"] !== session.formToken)
      return showPurchase(c, session, { purchase, ...typed, notice: "other-sign-in" });
    const read = readContact(readerOf(c), form, isPersonalAccount(session.purchaser));
    const asked = readAnswers(purchase.questions.questions, typed.answers);
    if ("errors" in read || asked.problems.size > 0) {
      // The page can then be read in another language without losing what was typed.
      await drafts.keep(c, subscriptionId, typed);
      const wrong = answerErrors(readerOf(c), purchase.questions.questions, asked.problems);
      return showPurchase(c, session, {
        purchase,
        ...typed,
        errors: { ...("errors" in read && read.errors), ...wrong },
      });
    }
    const seen = form["contactSeen"] ?? "";
    if (purchase.contact && seen !== purchase.contact.email && read.contact.email !== purchase.contact.email)
      return showPurchase(c, session, { purchase, ...typed, notice: "colleague" });
    try {
      const given = {
        contact: read.contact,
        answers: asked.answers,
        asked: purchase.questions,
        language: readerOf(c).language,
      };
      await purchases.activate(session.purchaser, subscriptionId, given);
    } catch (error) {
      // The purchase has changed since the form was shown: the page then shows its current state.
      if (!(error instanceof AppError && ["NotAllowedNow", "Conflict"].includes(error.code))) throw error;
    }
    await drafts.forget(c, subscriptionId);
    const isNew = purchase.status === "PendingFulfillmentStart";
    return c.redirect(isNew && purchase.destination?.mode === "after_activation" ? `${path}?then=open` : path, 303);
  }

  /** Explains why a visit did not reach its purchase. `who` is a person's id. */
  async function showFailure(
    c: Context,
    failed: Failed,
    who: string | null,
    again: string,
    mail: FailedVisit["mail"] = null,
  ) {
    const { failure, status = null, code = null, correlationId = null, retryAfterMs = null, error } = failed;
    const label = [status, code].filter((part) => part !== null).join(" ");
    const supportCode = await supportCodeFor(who, {
      kind: failure,
      status,
      summary: `${staffSummaries[failure]}${label ? ` (${label})` : ""}`,
      correlationId,
    });
    const facts = { supportCode, failure, status, code, correlationId };
    if (error === undefined) log.warn(facts, "the landing page could not show a purchase");
    else log.error({ ...facts, err: error }, "the landing page failed");
    const waitSeconds = retryAfterMs === null ? defaultRetrySeconds : Math.max(Math.ceil(retryAfterMs / 1_000), 1);
    const isRetried = isWorthRetrying(failure);
    if (isRetried) c.header("Retry-After", String(waitSeconds));
    const refreshSeconds = isRetried && again !== "/landing" ? askAgain(c, again, waitSeconds) : null;
    const { page, status: answer } = failurePage(readerOf(c), failure, { supportCode, again, refreshSeconds, mail });
    return showPage(c, { ...page, path: again }, answer);
  }

  /** Lets the browser ask again without a script, less often each time. @returns after how long, or null */
  function askAgain(c: Context, again: string, waitSeconds: number): number | null {
    if (c.req.query("update") === "off") return null;
    const tries = Math.min(Number(/^\d$/.exec(c.req.query("tries") ?? "")?.[0] ?? 0), 8);
    const seconds = Math.max(waitSeconds, Math.min(waitSeconds * 2 ** tries, maxRefreshSeconds));
    c.header("Refresh", `${seconds}; url=${again}${again.includes("?") ? "&" : "?"}tries=${tries + 1}`);
    return seconds;
  }

  const guarded = (handler: (c: Context) => Promise<Response>) => (c: Context) =>
    handler(c).catch((error: unknown) =>
      showFailure(c, failedBy(error), null, c.req.method === "GET" ? c.req.path : "/landing"),
    );

  app.use("/landing/*", forPurchasers({ db, cookies }));
  app.get("/landing/logo/:sha256", async (c) => {
    const sha256 = c.req.param("sha256");
    const logo = /^[0-9a-f]{64}$/.test(sha256) ? await findLogo(db, sha256) : null;
    if (logo === null) return c.text("Image not found.", 404);
    c.header("Content-Type", logo.type);
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Content-Security-Policy", "default-src 'none'; sandbox");
    return c.body(Uint8Array.from(logo.bytes));
  });
  app.on("GET", ["/landing", "/landing/"], guarded(open));
  app.get("/landing/subscriptions/:id", guarded(show));
  app.get("/landing/subscriptions/:id/open", guarded(openProduct));
  app.get("/landing/activate", (c) => c.redirect("/landing", 303));
  app.get("/landing/wait", (c) => c.redirect("/landing", 303));
  app.post("/landing/wait", requireSameOrigin(config.publicUrl), limitBody({ maxSize: maxFormBytes }), guarded(wait));
  app.post(
    "/landing/activate",
    requireSameOrigin(config.publicUrl),
    limitBody({ maxSize: maxFormBytes }),
    guarded(activate),
  );
  // Otherwise the dashboard would answer purchasers with its own page.
  app.on("GET", ["/landing/*", "/auth/purchaser/*"], (c) => showPage(c, guidance.noSuchPage(readerOf(c)), 404));
  return app;
}

type Failed = {
  failure: LandingFailure;
  status?: number | null;
  code?: string | null;
  correlationId?: string;
  retryAfterMs?: number | null;
  /** Set when the fault is ours. */
  error?: unknown;
};

function failedBy(error: unknown): Failed {
  if (error instanceof MarketplaceError) {
    const { status, code, correlationId, retryAfterMs } = error;
    return { failure: failureOf(error), status, code, correlationId, retryAfterMs };
  }
  if (error instanceof AppTokenError) {
    const { code } = error;
    return { failure: failureOf({ status: null, code, isTransient: error.isTransient }), code };
  }
  return { failure: "own", error };
}

/** Whether a visit from Microsoft leads into the product without our page. */
function goesStraightOn(purchase: Purchase): boolean {
  const { destination } = purchase;
  if (destination === null || !canOpen(purchase)) return false;
  return purchase.status === "Subscribed" ? destination.opensOnReturn : destination.mode === "instead";
}

function idOf({ tenantId, objectId }: Purchaser): string {
  return `${tenantId}:${objectId}`;
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

function isPersonalAccount({ tenantId }: Purchaser): boolean {
  return tenantId.toLowerCase() === personalTenantId;
}

function contactOf({ name, email }: Purchaser): ContactInput {
  return { name: name === email ? "" : name, email: email ?? "", company: "", phone: "" };
}
