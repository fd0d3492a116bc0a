/** A purchase for its purchaser: who may see it, and its page. */
import type { Context } from "hono";
import { textIn } from "../../../shared/questions.ts";
import type { Purchaser, SignedInPurchaser } from "../../auth/purchaser-sessions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { readBranding } from "../../database/queries/branding.ts";
import { personalTenantId, relationToPurchase } from "../../domain/purchase-owner.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import * as guidance from "./guidance-pages.ts";
import { canOpen } from "./handoff.ts";
import type { LandingTools } from "./landing-tools.ts";
import { openPathOf, pathOf, purchasePage, stateOf, type Visit } from "./purchase-pages.ts";
import { signIn } from "./visitor.ts";

const updateSeconds = 3;

export function createPurchaseView({ db, log, purchases }: Pick<LandingTools, "db" | "log" | "purchases">) {
  /** The purchase, if this person may see it. Other people's purchases look as if they did not exist. */
  async function find(session: SignedInPurchaser, subscriptionId: string): Promise<Purchase | null> {
    const purchase = /^[!-~]{1,200}$/.test(subscriptionId) ? await purchases.get(subscriptionId) : null;
    const isOwnPurchase =
      purchase && relationToPurchase(session.purchaser, [purchase.purchaser, purchase.beneficiary]) !== null;
    if (purchase && !isOwnPurchase)
      log.warn({ subscriptionId, tenantId: session.purchaser.tenantId }, "landing visit refused");
    return isOwnPurchase ? purchase : null;
  }

  /** The page in its present state, with what was typed and what to say about it. */
  async function show(
    c: Context,
    session: SignedInPurchaser,
    visit: Omit<Visit, "reader" | "introduction" | "formToken" | "isPersonal">,
  ) {
    const path = pathOf(visit.purchase);
    const branding = await readBranding(db, visit.purchase.offerId).catch(() => c.get("branding"));
    c.set("branding", branding);
    const isAutoRefreshed = c.req.method === "GET" && c.req.query("update") !== "off";
    const isActivating = ["activating", "awaiting"].includes(stateOf(visit.purchase));
    if (isAutoRefreshed && stateOf(visit.purchase) === "activating") c.header("Refresh", String(updateSeconds));
    // Only after the activation that this browser requested; a later visit stays on the page.
    const opensProduct = visit.purchase.destination?.mode === "after_activation" && c.req.query("then") === "open";
    if (isAutoRefreshed && opensProduct && !isActivating && canOpen(visit.purchase))
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

  function showNone(c: Context, { purchaser }: SignedInPurchaser, path: string) {
    return showPage(c, guidance.noSuchPurchase(readerOf(c), purchaser, signIn(path, true)), 404);
  }

  return { find, show, showNone };
}

export function isPersonalAccount({ tenantId }: Purchaser): boolean {
  return tenantId.toLowerCase() === personalTenantId;
}
