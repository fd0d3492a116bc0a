/** Pages for visits that did not lead to a purchase: what happened, whether anything changed, what to do. */
import { html } from "hono/html";
import type { Purchaser } from "../../auth/sessions.ts";
import { primaryLink } from "../html-page.ts";
import type { Html, Page } from "../html-page.ts";
import { howToOpen } from "./how-to-open.ts";

/** @param hasDraft what was typed into the form is kept until the person is back */
export function signInFirst(signInPath: string, hasDraft = false): Page {
  const ask = html`<p>
    Sign in with the Microsoft account you bought with, or one of the same organization. You will see what was bought
    before anything is activated.
  </p>`;
  const again = html`<p>
    Your sign-in has ended, so nothing was sent. What you typed is kept for an hour in this browser: sign in again to
    continue.
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
        This page sets up subscriptions bought through Microsoft, and needs to know which one. To come here with that:
      </p>
      ${howToOpen()}`,
  };
}

/** @param supportCode null: staff have no record of this visit */
export function otherOrganization(purchaser: Purchaser, otherAccount: string, supportCode: string | null): Page {
  return {
    title: "This purchase belongs to another account",
    body: html`<p>
        You are signed in as ${nameOf(purchaser)}. Microsoft names other accounts as the buyer of this purchase. Nothing
        was changed.
      </p>
      <p>Sign in with the account that you use at Microsoft for this subscription, or one of the same organization.</p>
      ${primaryLink(otherAccount, "Sign in with another account")}
      <p>
        Is this your purchase, and no other account helps? Contact the
        publisher${
          supportCode
            ? " and quote the support code below: they can look up your visit and activate the subscription for you."
            : ", who can activate the subscription for you."
        }
      </p>`,
    ...(supportCode ? { supportCode } : {}),
  };
}

export function noSuchPurchase(purchaser: Purchaser, otherAccount: string): Page {
  return {
    title: "There is no such subscription here",
    body: html`<p>
        We know of no subscription at this address for ${nameOf(purchaser)}. Sign in with another account, or open the
        subscription from Microsoft:
      </p>
      ${howToOpen(false)} ${primaryLink(otherAccount, "Sign in with another account")}`,
  };
}

/** More visits in a minute than a person makes. */
export function tooManyVisits(again: string, waitSeconds: number): Page {
  return {
    title: "Please wait a minute",
    body: html`<p>
        Your purchase was looked up many times in a short while. It is safe, and nothing was changed. Please try again
        in ${waitSeconds} seconds.
      </p>
      ${primaryLink(again, "Try again")}`,
    isError: true,
  };
}

/** The form was sent more often in a minute than a person does. */
export function tooManyForms(path: string, waitSeconds: number): Page {
  return {
    title: "Please wait a moment",
    body: html`<p>
        This form was sent many times in a short while. The last one was not sent; what you typed is kept. Please wait
        ${waitSeconds} seconds, then go back to the form.
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

/** Isolated: a name that is written from right to left must not turn the sentence around. */
function nameOf({ name, email }: Purchaser): Html {
  return email === null || email === name ? html`<bdi>${name}</bdi>` : html`<bdi>${name}</bdi> (<bdi>${email}</bdi>)`;
}
