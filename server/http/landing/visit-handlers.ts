/** Visits from Microsoft: resolves the purchase token in the address and shows the purchase. */
import type { Context } from "hono";
import { isCookieKey, newCookieKey, startOf } from "../../auth/cookies.ts";
import type { SignedInPurchaser } from "../../auth/purchaser-sessions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { NotTheirPurchase } from "../../commands/purchases/refuse-visitor.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import { otherLoopbackName } from "../security.ts";
import { createAwaitedVisits } from "./awaited-visits.ts";
import * as guidance from "./guidance-pages.ts";
import { canOpen } from "./handoff.ts";
import type { LandingTools } from "./landing-tools.ts";
import { openPathOf, pathOf } from "./purchase-pages.ts";
import { maxPurchaseTokenLength, readPurchaseToken } from "./read-purchase-token.ts";
import { failedBy } from "./show-failure.ts";
import { idOf, signIn, visitPath } from "./visitor.ts";

const visitSeconds = 3_600;
/** Microsoft accepts a purchase token for this long. */
const purchaseTokenSeconds = 86_400;
/** If the cookie is missing within this time after our redirect, the browser has not kept it; later, the visit has expired. */
const freshVisitMs = 60_000;

export function createVisitHandlers(tools: LandingTools) {
  const { config, limits, now, purchases, awaited, cookies, sessions, showFailure } = tools;
  const { mailFor } = createAwaitedVisits(tools);

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
    const publicAddress = otherLoopbackName(c, config.publicUrl);
    if (publicAddress !== null) return c.redirect(publicAddress);
    const purchaseToken = readPurchaseToken(c.req.url);
    if (purchaseToken !== null) return saveToken(c, purchaseToken);

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
      await awaited?.forget({ purchaseToken, subscriptionId });
      await sessions.rememberPurchase(c, subscriptionId);
      await cookies.setSealed(c, "visit", key, { subscriptionId }, visitSeconds);
      return c.redirect(skipsLandingPage(purchase) ? openPathOf(purchase) : pathOf(purchase), 303);
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
      // Microsoft may be unavailable for longer than a visit is kept.
      else await cookies.setSealed(c, "visit", key, { purchaseToken }, purchaseTokenSeconds);
      const mail = await mailFor(session, key, purchaseToken);
      return showFailure(c, failed, idOf(session.purchaser), visitPath(key), mail);
    }
  }

  return { open };
}

/** Whether a visit from Microsoft leads directly into the product. */
function skipsLandingPage(purchase: Purchase): boolean {
  const { destination } = purchase;
  if (destination === null || !canOpen(purchase)) return false;
  return purchase.status === "Subscribed" ? destination.opensOnReturn : destination.mode === "instead";
}
