/** The page of a purchase, its form, and the redirect to the product. */
import type { Context } from "hono";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import { textIn } from "../../../shared/questions.ts";
import type { Purchaser, SignedInPurchaser } from "../../auth/sessions.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { readBranding } from "../../database/queries/branding.ts";
import { readAnswers, typedFrom } from "../../domain/answers.ts";
import { relationToPurchase, personalTenantId } from "../../domain/purchase-owner.ts";
import { AppError } from "../../errors.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import { answerErrors } from "./answer-fields.ts";
import { readContact } from "./contact-form.ts";
import * as guidance from "./guidance-pages.ts";
import { canOpen, handoffUrl } from "./handoff.ts";
import type { LandingTools } from "./landing-tools.ts";
import { openPathOf, pathOf, purchasePage, stateOf, type Visit } from "./purchase-pages.ts";
import { readForm } from "./read-form.ts";
import { typedForm } from "./typed-form.ts";
import { idOf, signIn } from "./visitor.ts";

const updateSeconds = 3;

export function createPurchaseHandlers(tools: LandingTools) {
  const { db, limits, log, purchases, sign, sessions, drafts } = tools;

  /** The purchase, if this person may see it. Other people's purchases look as if they did not exist. */
  async function findPurchase(session: SignedInPurchaser, subscriptionId: string): Promise<Purchase | null> {
    const purchase = /^[!-~]{1,200}$/.test(subscriptionId) ? await purchases.get(subscriptionId) : null;
    const isOwnPurchase =
      purchase && relationToPurchase(session.purchaser, [purchase.purchaser, purchase.beneficiary]) !== null;
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

  /** Redirects to the product with a handoff, or to the purchase if the product cannot be opened. */
  async function openProduct(c: Context) {
    const path = pathOf({ subscriptionId: c.req.param("id") ?? "" });
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(path)));
    const purchase = await findPurchase(session, c.req.param("id") ?? "");
    if (purchase === null) return showNoPurchase(c, session, path);
    const { purchaser } = session;
    const url = await handoffUrl(sign, { purchase, purchaser, language: readerOf(c).language });
    // The address contains the token, so it must not reach other sites as a referrer.
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.redirect(url ?? path, 303);
  }

  async function activate(c: Context) {
    const form = (await readForm(c)) ?? {};
    const subscriptionId = typeof form["subscriptionId"] === "string" ? form["subscriptionId"] : "";
    if (subscriptionId === "") return showPage(c, guidance.noPurchase(readerOf(c)), 400);
    try {
      return await submitForm(c, form, subscriptionId);
    } catch (error) {
      await drafts.keep(c, subscriptionId, typedForm(form));
      throw error;
    }
  }

  /** Handles a submitted form. If it cannot be processed, its values are kept as a draft of the purchase. */
  async function submitForm(c: Context, form: Record<string, unknown>, subscriptionId: string) {
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
      // Changing the language of the page then keeps what was typed.
      await drafts.keep(c, subscriptionId, typed);
      const answerProblems = answerErrors(readerOf(c), purchase.questions.questions, asked.problems);
      return showPurchase(c, session, {
        purchase,
        ...typed,
        errors: { ...("errors" in read && read.errors), ...answerProblems },
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
      // The purchase has changed since the form was shown. The page shows its current state.
      if (!(error instanceof AppError && ["NotAllowedNow", "Conflict"].includes(error.code))) throw error;
    }
    await drafts.forget(c, subscriptionId);
    const isNew = purchase.status === "PendingFulfillmentStart";
    return c.redirect(isNew && purchase.destination?.mode === "after_activation" ? `${path}?then=open` : path, 303);
  }

  return { show, openProduct, activate };
}

function isPersonalAccount({ tenantId }: Purchaser): boolean {
  return tenantId.toLowerCase() === personalTenantId;
}

function contactOf({ name, email }: Purchaser): ContactInput {
  return { name: name === email ? "" : name, email: email ?? "", company: "", phone: "" };
}
