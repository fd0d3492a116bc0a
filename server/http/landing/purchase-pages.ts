/** One page for each state of a purchase. */
import { html } from "hono/html";
import type { ContactInput } from "../../../shared/inputs.ts";
import { activationWindowDays, suspensionWindowDays } from "../../../shared/lifecycle.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { primaryLink } from "../html-page.ts";
import type { Page } from "../html-page.ts";
import type { Html } from "../html.ts";
import { contactForm, errorSummary } from "./contact-form.ts";
import type { ContactErrors } from "./contact-form.ts";
import { purchaseFacts } from "./facts.ts";
import { azurePortal, marketplace, microsoft365 } from "./microsoft-links.ts";
import { dateInWords } from "./format.ts";

export type Visit = {
  purchase: Purchase;
  formToken: string;
  /** The form's values: those saved before, otherwise those of the sign-in. */
  contact: ContactInput;
  errors?: ContactErrors;
  /** Set when the form shows entries that were not submitted: from before this sign-in, or from another sign-in. */
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
      // Where staff activate, staff also retry a failed activation.
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
    <p>The form below contains your earlier entries. They have not been sent yet.</p>
  </div>`,
  "other-sign-in": html`<div class="notice" role="alert" tabindex="-1" autofocus>
    <h2>Send the form again</h2>
    <p>
      Your sign-in has changed since you opened the form, so the form was not sent. Check your entries, then send it
      again.
    </p>
  </div>`,
};

function confirm(visit: Visit) {
  const { purchase } = visit;
  return {
    title: "Confirm your purchase",
    body: html`<p>Thank you for your purchase. Check the details below and tell us who we should contact.</p>
      ${purchaseFacts(purchase)}
      <h2>Who should we contact?</h2>
      ${form(visit, purchase.activationMode === "at_once" ? "Activate subscription" : "Confirm purchase")}
      <p class="hint">
        ${whatFollows[purchase.activationMode]} ${purchase.isFreeTrial ? "Your free trial starts" : "Billing starts"} at
        activation. Microsoft bills ${purchase.isReseller ? "your reseller" : "you"}, as for your other Microsoft
        purchases. A purchase that is not activated within ${activationWindowDays} days expires and costs nothing.
      </p>`,
  };
}

const whatFollows: Record<Purchase["activationMode"], string> = {
  at_once: "Microsoft then activates your subscription, and this page shows when it is active.",
  staff: "The publisher then reviews the purchase and activates your subscription. This page shows when it is active.",
  product: "The publisher then sets up and activates your subscription. This page shows when it is active.",
};

function awaiting(visit: Visit) {
  const { purchase } = visit;
  const isStaff = purchase.activationMode === "staff";
  return {
    title: "Your purchase is confirmed",
    body: html`<p class="state" role="status">
        ${isStaff ? "The publisher will activate your subscription." : "Your subscription is being set up and will then be activated."}
      </p>
      <p>
        You do not need to do anything else.
        ${purchase.contact ? html`We will write to <bdi>${purchase.contact.email}</bdi>.` : "You can come back to this page at any time."}
        ${purchase.isFreeTrial ? "Your free trial starts" : "Billing starts"} at activation, not before.
      </p>
      ${purchaseFacts(purchase)} ${primaryLink(pathOf(purchase), "Check now")}
      <p class="hint">
        A purchase that is not activated within ${activationWindowDays} days${lapsesOn(purchase)} expires and costs
        nothing. If the activation takes too long, contact the publisher and quote the support code below.
      </p>
      <details${visit.errors || visit.notice ? " open" : ""}>
        <summary>Change contact</summary>
        ${form(visit, "Save contact")}
      </details>`,
  };
}

/** Microsoft counts the days from the purchase. */
function lapsesOn({ purchasedAt }: Purchase): string {
  if (purchasedAt === null) return "";
  return ` (by ${dateInWords(new Date(purchasedAt.getTime() + activationWindowDays * 86_400_000))})`;
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
  microsoft: "Microsoft is not responding right now.",
  publisher: "Microsoft has not accepted the activation yet.",
};

const underwayWords = {
  none: "This usually takes at most a few minutes. This page refreshes automatically. You can close it; the activation continues.",
  microsoft:
    "We will keep trying; you do not need to do anything. You can close this page and come back later. Billing starts at activation.",
  publisher:
    "The publisher has to fix a problem first. Billing has not started. Contact the publisher and quote the support code below.",
};

function failed(visit: Visit) {
  const { purchase } = visit;
  const words =
    purchase.activationFailure === "publisher"
      ? html`<p>
          Microsoft is rejecting requests from the publisher's system. Your entries are saved, and as far as we know,
          billing has not started. Contact the publisher and quote the support code below: the publisher has to fix the
          problem and can then activate your subscription.
        </p>`
      : html`<p>
          Microsoft did not confirm the activation. Your entries are saved, and as far as we know, billing has not
          started. Try again. If the activation fails again, contact the publisher and quote the support code below.
        </p>`;
  return {
    title: "The activation failed",
    body: html`${words} ${purchaseFacts(purchase)} ${form(visit, "Try again")}`,
  };
}

function active(visit: Visit) {
  const { purchase } = visit;
  const hasContact = purchase.contact !== null;
  return {
    title: "Your subscription is active",
    body: html`<p class="state good" role="status">
        <span aria-hidden="true">✓ </span>Your subscription is active and
        ${purchase.isFreeTrial ? "your free trial" : "billing"} has started.
      </p>
      ${purchaseFacts(purchase)}
      <h2>What happens next</h2>
      <ol>
        <li>
          ${
            hasContact
              ? html`We will write to <bdi>${purchase.contact?.email}</bdi> to get you started.`
              : "Tell us below who we should contact, so that we can get you started."
          }
        </li>
        <li>${manageHint(purchase)}</li>
        <li>If something is wrong, contact the publisher and quote the support code below.</li>
      </ol>
      ${
        hasContact
          ? html`<details${visit.errors || visit.notice ? " open" : ""}>
              <summary>Change contact</summary>
              ${form(visit, "Save contact")}
            </details>`
          : html`<h2>Who should we contact?</h2>
              ${form(visit, "Save contact")}`
      }`,
  };
}

function onHold({ purchase }: Visit) {
  return {
    title: "Your access is suspended",
    body: html`<p>
        The publisher has suspended your access. The subscription itself and its billing at Microsoft continue. Contact
        the publisher and quote the support code below.
      </p>
      ${purchaseFacts(purchase)}`,
  };
}

function suspended({ purchase }: Visit) {
  return {
    title: "Your subscription is suspended",
    body: html`<p>
        Microsoft has suspended your subscription, usually because a payment failed. Once the payment is made, Microsoft
        reinstates the subscription and you get access again automatically. Without payment, Microsoft cancels the
        subscription after ${suspensionWindowDays} days.
      </p>
      ${
        purchase.isReseller
          ? html`<p>A reseller bought this subscription for you. Ask your reseller to make the payment.</p>`
          : primaryLink(azurePortal, "Pay in the Azure portal")
      }
      ${
        purchase.isReseller
          ? ""
          : html`<p class="hint">
              If you bought in Microsoft 365, <a href="${microsoft365}">pay in the Microsoft 365 admin center</a>.
            </p>`
      }
      ${purchaseFacts(purchase)}`,
  };
}

function ended({ purchase }: Visit) {
  return {
    title: "This subscription has ended",
    body: html`<p>
        The subscription was canceled and cannot be restored. To use the product again, buy a new subscription in the
        marketplace.
      </p>
      ${
        purchase.isReseller
          ? html`<p>A reseller bought this subscription for you. Ask your reseller for a new subscription.</p>`
          : primaryLink(marketplace, "Buy again in the marketplace")
      }
      ${purchaseFacts(purchase)}`,
  };
}

function manageHint({ isReseller }: Purchase): Html {
  if (isReseller) return html`To change the plan or seats, or to cancel, ask your reseller.`;
  return html`To change the plan or seats, or to cancel, go to the <a href="${azurePortal}">Azure portal</a> or the
    <a href="${microsoft365}">Microsoft 365 admin center</a>.`;
}

function form({ purchase, formToken, contact, errors }: Visit, button: string): Html {
  return contactForm({ subscriptionId: purchase.subscriptionId, formToken, values: contact, errors, button });
}

export function pathOf(purchase: { subscriptionId: string }): string {
  return `/landing/subscriptions/${encodeURIComponent(purchase.subscriptionId)}`;
}
