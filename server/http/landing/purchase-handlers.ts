/** The page of a purchase, and the redirect to the product. */
import type { Context } from "hono";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import type { Purchaser } from "../../auth/purchaser-sessions.ts";
import { typedFrom } from "../../domain/answers.ts";
import { showPage } from "../html-page.ts";
import { readerOf } from "../reader.ts";
import * as guidance from "./guidance-pages.ts";
import { handoffUrl } from "./handoff.ts";
import type { LandingTools } from "./landing-tools.ts";
import { pathOf } from "./purchase-pages.ts";
import { createPurchaseView } from "./purchase-view.ts";
import { signIn } from "./visitor.ts";

export function createPurchaseHandlers(tools: LandingTools) {
  const { sign, sessions, drafts } = tools;
  const view = createPurchaseView(tools);

  async function show(c: Context) {
    const subscriptionId = c.req.param("id") ?? "";
    const path = pathOf({ subscriptionId });
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(path)));
    const purchase = await view.find(session, subscriptionId);
    if (purchase === null) return view.showNone(c, session, path);
    const draft = await drafts.read(c, subscriptionId);
    if (draft) return view.show(c, session, { purchase, ...draft, notice: "draft" });
    const contact = purchase.contact ?? contactOf(session.purchaser);
    return view.show(c, session, { purchase, contact, answers: typedFrom(purchase.answers) });
  }

  /** Redirects to the product with a handoff, or to the purchase if the product cannot be opened. */
  async function openProduct(c: Context) {
    const path = pathOf({ subscriptionId: c.req.param("id") ?? "" });
    const session = await sessions.readPurchaser(c);
    if (session === null) return showPage(c, guidance.signInFirst(readerOf(c), signIn(path)));
    const purchase = await view.find(session, c.req.param("id") ?? "");
    if (purchase === null) return view.showNone(c, session, path);
    const { purchaser } = session;
    const url = await handoffUrl(sign, { purchase, purchaser, language: readerOf(c).language });
    // The address contains the token, so it must not reach other sites as a referrer.
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.redirect(url ?? path, 303);
  }

  return { show, openProduct };
}

function contactOf({ name, email }: Purchaser): ContactInput {
  return { name: name === email ? "" : name, email: email ?? "", company: "", phone: "" };
}
