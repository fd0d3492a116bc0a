/** The form of a purchase: saves the contact and the answers, and activates the subscription. */
import type { Context } from "hono";
import { readAnswers } from "../../domain/answers.ts";
import { AppError } from "../../errors.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import { answerErrors } from "./answer-fields.ts";
import { readContact } from "./contact-form.ts";
import * as guidance from "./guidance-pages.ts";
import type { LandingTools } from "./landing-tools.ts";
import { pathOf } from "./purchase-pages.ts";
import { createPurchaseView, isPersonalAccount } from "./purchase-view.ts";
import { readForm } from "./read-form.ts";
import { typedForm } from "./typed-form.ts";
import { idOf, signIn } from "./visitor.ts";

export function createPurchaseForm(tools: LandingTools) {
  const { limits, purchases, sessions, drafts } = tools;
  const view = createPurchaseView(tools);

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
    const purchase = await view.find(session, subscriptionId);
    if (purchase === null) {
      await drafts.keep(c, subscriptionId, typed);
      return view.showNone(c, session, path);
    }
    if (form["formToken"] !== session.formToken)
      return view.show(c, session, { purchase, ...typed, notice: "other-sign-in" });
    const read = readContact(readerOf(c), form, isPersonalAccount(session.purchaser));
    const asked = readAnswers(purchase.questions.questions, typed.answers);
    if ("errors" in read || asked.problems.size > 0) {
      // Changing the language of the page then keeps what was typed.
      await drafts.keep(c, subscriptionId, typed);
      const answerProblems = answerErrors(readerOf(c), purchase.questions.questions, asked.problems);
      return view.show(c, session, {
        purchase,
        ...typed,
        errors: { ...("errors" in read && read.errors), ...answerProblems },
      });
    }
    const seen = form["contactSeen"] ?? "";
    if (purchase.contact && seen !== purchase.contact.email && read.contact.email !== purchase.contact.email)
      return view.show(c, session, { purchase, ...typed, notice: "colleague" });
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

  return { activate };
}
