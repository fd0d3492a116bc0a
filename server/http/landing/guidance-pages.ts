/** Pages for visits that did not reach a purchase: what happened, whether anything changed, what to do. */
import { html } from "hono/html";
import type { Purchaser } from "../../auth/sessions.ts";
import { primaryLink } from "../html-page.ts";
import type { Page } from "../html-page.ts";
import type { Html } from "../html.ts";
import { waitInWords } from "./format.ts";
import { howToOpen } from "./how-to-open.ts";

/** @param hasDraft the visitor submitted a form after the sign-in had expired; the entries are kept */
export function signInFirst(signInPath: string, hasDraft = false): Page {
  const ask = html`<p>
    Sign in with the Microsoft account that made the purchase, or with another account of the same organization. You can
    review the purchase before anything is activated.
  </p>`;
  const again = html`<p>
    Your sign-in has expired, so the form was not sent. Your entries are kept in this browser for an hour. Sign in again
    to continue.
  </p>`;
  return {
    title: hasDraft ? "Sign in again to continue" : "Set up your subscription",
    body: html`${hasDraft ? again : ask} ${primaryLink(signInPath, "Sign in with Microsoft")}`,
  };
}

export function noPurchase(): Page {
  return {
    title: "Open your subscription from Microsoft",
    body: html`<p>
        This page sets up a subscription that you bought through Microsoft. To get here from your purchase:
      </p>
      ${howToOpen()}`,
  };
}

/** @param supportCode null: staff have no record of this visit */
export function otherOrganization(purchaser: Purchaser, otherAccount: string, supportCode: string | null): Page {
  return {
    title: "This purchase belongs to another account",
    body: html`<p>
        You are signed in as ${nameOf(purchaser)}, but Microsoft lists another account as the purchaser. Nothing was
        changed.
      </p>
      <p>Sign in with the account that made the purchase, or with another account of the same organization.</p>
      ${primaryLink(otherAccount, "Sign in with another account")}
      <p>
        If this is your purchase and you have no other account, contact the
        publisher${
          supportCode
            ? " and quote the support code below. The publisher can look up your visit and activate the subscription for you."
            : ", who can activate the subscription for you."
        }
      </p>`,
    ...(supportCode ? { supportCode } : {}),
  };
}

export function noSuchPurchase(purchaser: Purchaser, otherAccount: string): Page {
  return {
    title: "Subscription not found",
    body: html`<p>
        There is no subscription at this address for ${nameOf(purchaser)}. Sign in with another account, or open the
        subscription from Microsoft:
      </p>
      ${howToOpen(false)} ${primaryLink(otherAccount, "Sign in with another account")}`,
  };
}

/** Rate limit: a purchase was looked up too often. */
export function tooManyVisits(again: string, waitSeconds: number): Page {
  return {
    title: "Too many requests",
    body: html`<p>
        Your purchase was looked up too many times. Your purchase is safe, and nothing was changed. Try again in
        ${waitInWords(waitSeconds)}.
      </p>
      ${primaryLink(again, "Try again")}`,
    isError: true,
  };
}

/** Rate limit: the form was submitted too often. */
export function tooManyForms(path: string, waitSeconds: number): Page {
  return {
    title: "Too many requests",
    body: html`<p>
        The form was sent too many times, so your last changes were not saved. Your entries are kept. Go back to the
        form in ${waitInWords(waitSeconds)} and send it again.
      </p>
      ${primaryLink(path, "Back to the form")}`,
    isError: true,
  };
}

export function accountLine(purchaser: Purchaser, otherAccount: string): Html {
  return html`<div>
    Signed in as ${nameOf(purchaser)}. <a href="${otherAccount}">Use another account</a> or
    <form method="post" action="/auth/purchaser/sign-out"><button class="quiet">sign out</button></form>
  </div>`;
}

/** Isolated, so that a right-to-left name does not reorder the sentence. */
function nameOf({ name, email }: Purchaser): Html {
  return email === null || email === name ? html`<bdi>${name}</bdi>` : html`<bdi>${name}</bdi> (<bdi>${email}</bdi>)`;
}
