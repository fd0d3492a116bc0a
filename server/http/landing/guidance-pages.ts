/** Pages for visits that did not lead to a purchase: what happened, whether anything changed, what to do. */
import { html } from "hono/html";
import type { Purchaser } from "../../auth/sessions.ts";
import { primaryLink } from "../page.ts";
import type { Html, Page } from "../page.ts";
import { azurePortal, microsoft365 } from "./microsoft-links.ts";

export function signInFirst(signInPath: string): Page {
  return {
    title: "Set up your subscription",
    body: html`<p>
        Sign in with the Microsoft account you bought with, or one of the same organisation. You will see what was
        bought before anything is activated.
      </p>
      ${primaryLink(signInPath, "Sign in with Microsoft")}`,
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

/** Microsoft did not take the token: cut, altered, or older than 24 hours. */
export function badToken(supportCode: string): Page {
  return {
    title: "This link can no longer be used",
    body: html`<p>
        We could not identify your purchase: the link is incomplete or older than 24 hours. Your purchase is safe, and
        nothing was changed. To get a fresh link:
      </p>
      ${howToOpen()}`,
    supportCode,
  };
}

export function otherOrganisation(purchaser: Purchaser, otherAccount: string): Page {
  return {
    title: "This purchase belongs to another account",
    body: html`<p>
        You are signed in as ${nameOf(purchaser)}. That account belongs neither to the buyer's organisation nor to the
        one it was bought for. Nothing was changed.
      </p>
      <p>Sign in with the account that you use at Microsoft for this subscription, or one of the same organisation.</p>
      ${primaryLink(otherAccount, "Sign in with another account")}`,
  };
}

export function noSuchPurchase(purchaser: Purchaser, otherAccount: string): Page {
  return {
    title: "There is no such subscription here",
    body: html`<p>
        We know of no subscription at this address for ${nameOf(purchaser)}. Perhaps another account helps; otherwise
        open the subscription from Microsoft:
      </p>
      ${howToOpen(false)} ${primaryLink(otherAccount, "Sign in with another account")}`,
  };
}

/** More tries in a minute than a person makes. */
export function tooOften(): Page {
  return {
    title: "Please wait a minute",
    body: html`<p>
        Your purchase was looked up many times in a short while. It is safe, and nothing was changed. Please try again
        in a minute.
      </p>
      ${primaryLink("/landing", "Try again")}`,
  };
}

export function unreachable(supportCode: string): Page {
  return {
    title: "We could not reach Microsoft just now",
    body: html`<p>
        Your purchase is safe, and nothing was changed. Please try again in a minute. If this lasts, send the support
        code below to the publisher.
      </p>
      ${primaryLink("/landing", "Try again")}`,
    supportCode,
  };
}

export function ownTrouble(supportCode: string): Page {
  return {
    title: "Something went wrong on our side",
    body: html`<p>
        Your purchase is safe. We have noted the trouble. Please try again in a minute; if this lasts, send the support
        code below to the publisher.
      </p>
      ${primaryLink("/landing", "Try again")}`,
    supportCode,
  };
}

export function staleForm(path: string): Page {
  return {
    title: "Please send the form once more",
    body: html`<p>The form was opened before you signed in, or in another browser. Nothing was changed.</p>
      ${primaryLink(path, "Back to the form")}`,
  };
}

export function accountLine(purchaser: Purchaser, otherAccount: string): Html {
  return html`<div>
    Signed in as ${nameOf(purchaser)}. <a href="${otherAccount}">Use another account</a> or
    <form method="post" action="/auth/purchaser/sign-out"><button class="quiet">sign out</button></form>
  </div>`;
}

function nameOf({ name, email }: Purchaser): string {
  return email === null || email === name ? name : `${name} (${email})`;
}

function howToOpen(hasButton = true): Html {
  return html`<ul>
      <li>
        Bought in Azure: open <strong>SaaS</strong> in the Azure portal, choose the subscription, then
        <strong>Configure account now</strong> or <strong>Manage account</strong>.
      </li>
      <li>
        Bought in Microsoft 365: open <a href="${microsoft365}">Billing, Your products</a> in the admin center, choose
        the subscription, then <strong>Manage SaaS experience</strong>.
      </li>
    </ul>
    ${hasButton ? primaryLink(azurePortal, "Open the Azure portal") : ""}`;
}
