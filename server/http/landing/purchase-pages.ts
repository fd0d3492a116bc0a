/** One page for each state that a purchase can be in. */
import { html } from "hono/html";
import type { ContactInput } from "../../../shared/inputs.ts";
import { activationWindowDays, suspensionWindowDays } from "../../../shared/lifecycle.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { primaryLink } from "../html-page.ts";
import type { Html, Page } from "../html-page.ts";
import { contactForm, errorSummary } from "./contact-form.ts";
import type { ContactErrors } from "./contact-form.ts";
import { purchaseFacts } from "./facts.ts";
import { azurePortal, marketplace, microsoft365 } from "./microsoft-links.ts";
import { dateInWords } from "./format.ts";

export type Visit = {
  purchase: Purchase;
  formToken: string;
  /** What the form shows: what was given before, else what sign-in told. */
  contact: ContactInput;
  errors?: ContactErrors;
  /** The form shows what was typed and not sent: before this sign-in, or under another one. */
  notice?: "draft" | "other-sign-in";
};

export type PurchaseState =
  | "confirm"
  | "awaiting"
  | "underway"
  | "failed"
  | "active"
  | "onHold"
  | "suspended"
  | "ended";

export function stateOf({ status, access, activation, activationMode, askedAt }: Purchase): PurchaseState {
  switch (status) {
    case "PendingFulfillmentStart":
      // What failed for staff is theirs to try again.
      if (askedAt !== null && (activation === "none" || (activation === "failed" && activationMode === "staff")))
        return "awaiting";
      return activation === "none" ? "confirm" : activation === "failed" ? "failed" : "underway";
    case "Subscribed":
      return access === "full" ? "active" : "onHold";
    case "Suspended":
      return "suspended";
    case "Unsubscribed":
      return "ended";
  }
}

const pages: Record<PurchaseState, (visit: Visit) => { title: string; body: Html }> = {
  confirm,
  awaiting,
  underway,
  failed,
  active,
  onHold,
  suspended,
  ended,
};

export function purchasePage(visit: Visit): Page {
  const { title, body } = pages[stateOf(visit.purchase)](visit);
  const hasForm = ["confirm", "awaiting", "failed", "active"].includes(stateOf(visit.purchase));
  const isError = visit.errors !== undefined || visit.notice === "other-sign-in";
  return {
    title,
    body: html`${visit.errors ? errorSummary(visit.errors) : visit.notice && hasForm ? notices[visit.notice] : ""}${body}`,
    supportCode: visit.purchase.supportCode,
    isError,
    hasNextSteps: ["confirm", "underway", "active"].includes(stateOf(visit.purchase)),
  };
}

const notices: Record<NonNullable<Visit["notice"]>, Html> = {
  draft: html`<div class="notice" role="status">
    <p>The form below shows what you typed before. It has not been sent yet.</p>
  </div>`,
  "other-sign-in": html`<div class="notice" role="alert" tabindex="-1" autofocus>
    <h2>Please send the form once more</h2>
    <p>Your sign-in has changed since you opened the form, so nothing was sent. Check what you typed, then send it.</p>
  </div>`,
};

function confirm(visit: Visit) {
  const { purchase } = visit;
  return {
    title: "Confirm your purchase",
    body: html`<p>Thank you for buying through Microsoft. Please check what you bought and tell us whom to contact.</p>
      ${purchaseFacts(purchase)}
      <h2>Whom may we contact?</h2>
      ${form(visit, purchase.activationMode === "at_once" ? "Activate subscription" : "Confirm purchase")}
      <p class="hint">
        ${whatFollows[purchase.activationMode]} ${purchase.isFreeTrial ? "Your free trial starts" : "Billing starts"}
        with the activation. Microsoft sends the bill, as for everything you buy
        there${purchase.isReseller ? ", to your reseller" : ""}. Without activation the purchase lapses after
        ${activationWindowDays} days and costs nothing.
      </p>`,
  };
}

const whatFollows: Record<Purchase["activationMode"], string> = {
  at_once: "Microsoft then confirms the activation, and this page tells you when it is done.",
  staff: "The publisher then looks at it and activates it, and this page tells you when it is done.",
  product: "The publisher then sets it up for you and activates it, and this page tells you when it is done.",
};

function awaiting(visit: Visit) {
  const { purchase } = visit;
  const isStaff = purchase.activationMode === "staff";
  return {
    title: "Your purchase is confirmed",
    body: html`<p class="state" role="status">
        ${isStaff ? "The publisher will activate it for you." : "It is being set up for you; then it is activated."}
      </p>
      <p>
        There is nothing more for you to do.
        ${isStaff ? "A person at the publisher activates it" : "It is activated as soon as everything is ready"}, and
        ${purchase.contact ? html`<bdi>${purchase.contact.email}</bdi> is whom the publisher writes to.` : "you can come back here."}
        ${purchase.isFreeTrial ? "Your free trial starts" : "Billing starts"} with the activation, not before.
      </p>
      ${purchaseFacts(purchase)} ${primaryLink(pathOf(purchase), "Check now")}
      <p class="hint">
        Microsoft keeps the purchase for ${activationWindowDays} days${lapsesOn(purchase)}; without activation it lapses
        then and costs nothing. If you wait longer than you like, write to the publisher and quote the support code below.
      </p>
      <details${visit.errors || visit.notice ? " open" : ""}>
        <summary>Change the contact</summary>
        ${form(visit, "Save contact")}
      </details>`,
  };
}

/** Microsoft counts from the purchase. */
function lapsesOn({ purchasedAt }: Purchase): string {
  if (purchasedAt === null) return "";
  return `, until ${dateInWords(new Date(purchasedAt.getTime() + activationWindowDays * 86_400_000))}`;
}

function underway({ purchase }: Visit) {
  const path = pathOf(purchase);
  return {
    title: "Your subscription is being activated",
    body: html`<p class="state" role="status">${underwayState[purchase.activationFailure ?? "none"]}</p>
      <p>${underwayWords[purchase.activationFailure ?? "none"]}</p>
      ${purchaseFacts(purchase)} ${primaryLink(path, "Check now")}
      <p class="hint"><a href="${path}?update=off">Turn off automatic refresh</a></p>`,
  };
}

const underwayState = {
  none: "Microsoft is confirming the activation.",
  microsoft: "Microsoft is not answering right now.",
  publisher: "Microsoft does not accept the activation yet.",
};

const underwayWords = {
  none: "This usually takes a few minutes at most. The page updates itself. You may also close it; the activation continues without it.",
  microsoft:
    "We keep trying, and you do not have to do anything. You may close this page and come back later; billing starts with the activation.",
  publisher:
    "The publisher has to fix a problem first. Billing has not started. Contact the publisher and quote the support code below.",
};

function failed(visit: Visit) {
  const { purchase } = visit;
  const words =
    purchase.activationFailure === "publisher"
      ? html`<p>
          Microsoft does not accept requests from the publisher's system, so trying again does not help until that is
          fixed. As far as we know, billing has not started, and what you entered is saved. Contact the publisher and
          quote the support code below: they can finish the activation for you.
        </p>`
      : html`<p>
          Microsoft did not confirm it. As far as we know, billing has not started. What you entered is saved: please
          try again. If it fails again, send the support code below to the publisher, who can finish it for you.
        </p>`;
  return {
    title: "The activation did not go through",
    body: html`${words} ${purchaseFacts(purchase)} ${form(visit, "Try again")}`,
  };
}

function active(visit: Visit) {
  const { purchase } = visit;
  const hasContact = purchase.contact !== null;
  return {
    title: "Your subscription is active",
    body: html`<p class="state good" role="status">
        <span aria-hidden="true">✓ </span>Everything is set up at Microsoft.
      </p>
      ${purchaseFacts(purchase)}
      <h2>What happens next</h2>
      <ol>
        <li>
          ${
            hasContact
              ? html`The publisher has your contact details and writes to <bdi>${purchase.contact?.email}</bdi> to get
                  you started.`
              : "Tell us below whom to contact, so that the publisher can get you started."
          }
        </li>
        <li>${manageHint(purchase)}</li>
        <li>If anything is amiss, write to the publisher and quote the support code below.</li>
      </ol>
      ${
        hasContact
          ? html`<details${visit.errors || visit.notice ? " open" : ""}>
              <summary>Change the contact</summary>
              ${form(visit, "Save contact")}
            </details>`
          : html`<h2>Whom may we contact?</h2>
              ${form(visit, "Save contact")}`
      }`,
  };
}

function onHold({ purchase }: Visit) {
  return {
    title: "Your access is paused",
    body: html`<p>
        The publisher has paused access to this subscription. At Microsoft the subscription goes on. Please ask the
        publisher, and quote the support code below.
      </p>
      ${purchaseFacts(purchase)}`,
  };
}

function suspended({ purchase }: Visit) {
  return {
    title: "Your subscription is suspended",
    body: html`<p>
        Microsoft has suspended it, which happens when a payment did not go through. Once the payment is made, Microsoft
        reinstates the subscription and access returns by itself. Without payment Microsoft ends it after
        ${suspensionWindowDays} days.
      </p>
      ${
        purchase.isReseller
          ? html`<p>A reseller bought this subscription for you: please ask them to settle the payment.</p>`
          : primaryLink(azurePortal, "Settle the payment in the Azure portal")
      }
      ${
        purchase.isReseller
          ? ""
          : html`<p class="hint">
              Bought in Microsoft 365? <a href="${microsoft365}">Open the Microsoft 365 admin center</a> instead.
            </p>`
      }
      ${purchaseFacts(purchase)}`,
  };
}

function ended({ purchase }: Visit) {
  return {
    title: "This subscription has ended",
    body: html`<p>
        It was cancelled, or ended by Microsoft, and cannot be brought back. To use the product again, buy it anew in
        the marketplace.
      </p>
      ${
        purchase.isReseller
          ? html`<p>A reseller bought this subscription for you: please ask them for a new one.</p>`
          : primaryLink(marketplace, "Buy again at Microsoft")
      }
      ${purchaseFacts(purchase)}`,
  };
}

function manageHint({ isReseller }: Purchase): Html {
  if (isReseller) return html`For another plan, more or fewer seats, or to cancel, ask your reseller.`;
  return html`Change the plan or seats, or cancel, where you bought it: in the
    <a href="${azurePortal}">Azure portal</a> or the <a href="${microsoft365}">Microsoft 365 admin center</a>.`;
}

function form({ purchase, formToken, contact, errors }: Visit, button: string): Html {
  return contactForm({ subscriptionId: purchase.subscriptionId, formToken, values: contact, errors, button });
}

export function pathOf(purchase: { subscriptionId: string }): string {
  return `/landing/subscriptions/${encodeURIComponent(purchase.subscriptionId)}`;
}
