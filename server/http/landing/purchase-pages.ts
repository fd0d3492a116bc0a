/** One page for each state of a purchase. */
import { html } from "hono/html";
import type { ContactInput } from "../../../shared/inputs/landing.ts";
import { activationWindowDays, suspensionWindowDays } from "../../../shared/lifecycle.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { fill } from "../../texts/text.ts";
import { fillHtml } from "../fill-html.ts";
import { primaryLink } from "../html-page.ts";
import type { Page } from "../html-page.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import { contactForm, errorSummary } from "./contact-form.ts";
import type { FormErrors } from "./form-values.ts";
import { purchaseFacts } from "./facts.ts";
import { usageFacts } from "./usage-facts.ts";
import { azurePortal, marketplace, microsoft365 } from "./microsoft-links.ts";

/**
 * Why the form shows entries that were not saved. `draft`: they are from before this sign-in; `other-sign-in`: the form is
 * of another sign-in; `colleague`: someone else has become the contact since the form was opened.
 */
export type Notice = "draft" | "other-sign-in" | "colleague";

export type Visit = {
  reader: Reader;
  purchase: Purchase;
  /** The publisher's introduction in the reader's language; empty: the default text is shown. */
  introduction: string;
  formToken: string;
  /** A personal account is not asked for a company. */
  isPersonal: boolean;
  /** The form's values: those saved before, otherwise those of the sign-in. */
  contact: ContactInput;
  /** Answers as they were typed, by question. */
  answers: Readonly<Record<string, string>>;
  errors?: FormErrors;
  notice?: Notice;
};

export type PurchaseState =
  | "confirm"
  | "awaiting"
  | "activating"
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
      return activation === "none" ? "confirm" : activation === "failed" ? "failed" : "activating";
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
  activating,
  failed,
  active,
  onHold,
  suspended,
  ended,
};

export function purchasePage(visit: Visit): Page {
  const state = stateOf(visit.purchase);
  const { title, body } = pages[state](visit);
  const hasForm = ["confirm", "awaiting", "failed", "active"].includes(state);
  const isError = visit.errors !== undefined || visit.notice === "other-sign-in" || visit.notice === "colleague";
  return {
    title,
    body: html`${visit.errors ? errorSummary(visit.reader, visit.errors) : hasForm ? noticeOf(visit) : ""}${body}`,
    supportCode: visit.purchase.supportCode,
    isError,
    hasNextSteps: ["confirm", "activating", "active"].includes(state),
    path: pathOf(visit.purchase),
  };
}

function noticeOf({ notice, purchase, reader }: Visit): Html | string {
  if (notice === undefined) return "";
  const { notices } = reader.texts;
  if (notice === "draft") return html`<div class="notice" role="status"><p>${notices.draft}</p></div>`;
  const name = html`<bdi>${purchase.contact?.name ?? ""}</bdi>`;
  return html`<div class="notice" role="alert" tabindex="-1" autofocus>
    <h2>${notices.sendAgain}</h2>
    <p>${notice === "colleague" ? fillHtml(notices.colleague, { name }) : notices.otherSignIn}</p>
  </div>`;
}

function confirm(visit: Visit) {
  const { purchase, reader } = visit;
  const { confirm: texts } = reader.texts;
  const introduction = visit.introduction && html`<p class="steps">${visit.introduction}</p>`;
  if (purchase.destination?.mode === "instead") {
    return {
      title: texts.title,
      body: html`${introduction} ${purchase.destination.isAllowed ? html`<p>${texts.instead}</p>` : ""}
        ${openLink(visit)} ${purchaseFacts(reader, purchase)}
        <p class="hint">${expiryHint(visit)}</p>`,
    };
  }
  const nextStep = { immediately: texts.immediately, staff: texts.staff, product: texts.product }[
    purchase.activationMode
  ];
  return {
    title: texts.title,
    body: html`${introduction || html`<p>${texts.thanks}</p>`} ${purchaseFacts(reader, purchase)}
      <h2>${texts.who}</h2>
      ${form(visit, purchase.activationMode === "immediately" ? texts.activate : texts.confirm)}
      <p class="hint">
        ${nextStep} ${purchase.isFreeTrial ? texts.trialStarts : texts.billingStarts}
        ${purchase.isReseller ? texts.billsReseller : texts.billsYou} ${expiryHint(visit)}
      </p>`,
  };
}

/** Until when the purchase has to be activated. Microsoft counts the days from the purchase. */
function expiryHint({ purchase: { purchasedAt }, reader: { texts, formats } }: Visit): string {
  const days = formats.number(activationWindowDays);
  if (purchasedAt === null) return fill(texts.confirm.lapses, { days });
  const last = new Date(purchasedAt.getTime() + activationWindowDays * 86_400_000);
  return fill(texts.confirm.lapsesOn, { days, day: formats.date(last) });
}

function awaiting(visit: Visit) {
  const { purchase, reader } = visit;
  const { awaiting: texts, frame } = reader.texts;
  return {
    title: texts.title,
    body: html`<p class="state" role="status">${purchase.activationMode === "staff" ? texts.staff : texts.product}</p>
      <p>
        ${texts.nothingToDo}
        ${purchase.contact ? fillHtml(texts.willWrite, { email: addressOf(purchase.contact) }) : texts.comeBack}
        ${purchase.isFreeTrial ? texts.trialStarts : texts.billingStarts}
      </p>
      ${purchaseFacts(reader, purchase)} ${primaryLink(pathOf(purchase), frame.checkNow)}
      <p class="hint">${expiryHint(visit)} ${texts.tooLong}</p>
      ${changeContact(visit)}`,
  };
}

function addressOf({ email }: ContactInput): Html {
  return html`<bdi>${email}</bdi>`;
}

function changeContact(visit: Visit): Html {
  const { awaiting: texts } = visit.reader.texts;
  const hasQuestions = visit.purchase.questions.questions.length > 0;
  return html`<details${visit.errors || visit.notice ? " open" : ""}>
    <summary>${hasQuestions ? texts.changeEntries : texts.change}</summary>
    ${form(visit, hasQuestions ? texts.saveEntries : texts.save)}
  </details>`;
}

function activating({ purchase, reader }: Visit) {
  const { activating: texts, frame } = reader.texts;
  const path = pathOf(purchase);
  const failure = purchase.activationFailure;
  const state = failure === null ? texts.none : texts[failure];
  const words = failure === null ? texts.noneBody : texts[`${failure}Body`];
  return {
    title: texts.title,
    body: html`<p class="state" role="status">${state}</p>
      <p>${words}</p>
      ${purchaseFacts(reader, purchase)} ${primaryLink(path, frame.checkNow)}
      <p class="hint"><a href="${path}?update=off">${frame.stopRefresh}</a></p>`,
  };
}

function failed(visit: Visit) {
  const { purchase, reader } = visit;
  const { failed: texts, frame } = reader.texts;
  return {
    title: texts.title,
    body: html`<p>${purchase.activationFailure === "publisher" ? texts.publisher : texts.microsoft}</p>
      ${purchaseFacts(reader, purchase)} ${form(visit, frame.tryAgain)}`,
  };
}

function active(visit: Visit) {
  const { purchase, reader } = visit;
  const { active: texts, confirm: confirmTexts, awaiting: awaitingTexts } = reader.texts;
  const { contact } = purchase;
  return {
    title: texts.title,
    body: html`<p class="state good" role="status">
        <span aria-hidden="true">✓ </span>${purchase.isFreeTrial ? texts.trial : texts.billing}
      </p>
      ${openLink(visit)} ${purchaseFacts(reader, purchase)} ${usageFacts(reader, purchase)}
      <h2>${texts.next}</h2>
      <ol>
        <li>${contact ? fillHtml(texts.willWrite, { email: addressOf(contact) }) : texts.tellUs}</li>
        <li>${manageHint(visit)}</li>
        <li>${texts.wrong}</li>
      </ol>
      ${
        contact
          ? changeContact(visit)
          : html`<h2>${confirmTexts.who}</h2>
              ${form(visit, awaitingTexts.save)}`
      }`,
  };
}

/** A large button into the product, or why it cannot be opened now; empty without a destination. */
function openLink({ purchase, reader: { texts } }: Visit): Html | string {
  if (purchase.destination === null) return "";
  if (!purchase.destination.isAllowed) return html`<p class="notice">${texts.active.cannotOpen}</p>`;
  const product = html`<bdi>${purchase.offerName}</bdi>`;
  return html`<p class="actions">
    <a class="button large" href="${openPathOf(purchase)}">${fillHtml(texts.active.open, { product })}</a>
  </p>`;
}

function onHold({ purchase, reader }: Visit) {
  const { title, body } = reader.texts.onHold;
  return {
    title,
    body: html`<p>${body}</p>
      ${purchaseFacts(reader, purchase)}`,
  };
}

function suspended({ purchase, reader }: Visit) {
  const { suspended: texts } = reader.texts;
  return {
    title: texts.title,
    body: html`<p>${fill(texts.body, { days: reader.formats.number(suspensionWindowDays) })}</p>
      ${
        purchase.isReseller
          ? html`<p>${texts.reseller}</p>`
          : html`${primaryLink(azurePortal, texts.payAzure)}
              <p class="hint">
                ${fillHtml(texts.pay365, { pay: html`<a href="${microsoft365}">${texts.payThere}</a>` })}
              </p>`
      }
      ${purchaseFacts(reader, purchase)}`,
  };
}

function ended({ purchase, reader }: Visit) {
  const { ended: texts } = reader.texts;
  return {
    title: texts.title,
    body: html`<p>${texts.body}</p>
      ${purchase.isReseller ? html`<p>${texts.reseller}</p>` : primaryLink(marketplace, texts.buyAgain)}
      ${purchaseFacts(reader, purchase)}`,
  };
}

function manageHint({ purchase: { isReseller }, reader: { texts } }: Visit): Html | string {
  if (isReseller) return texts.active.reseller;
  return fillHtml(texts.active.manage, {
    azure: html`<a href="${azurePortal}">${texts.active.azure}</a>`,
    microsoft365: html`<a href="${microsoft365}">${texts.active.microsoft365}</a>`,
  });
}

function form({ reader, purchase, contact: values, ...visit }: Visit, button: string): Html {
  const contactSeen = purchase.contact?.email ?? "";
  const { subscriptionId, questions } = purchase;
  return contactForm(reader, { ...visit, subscriptionId, contactSeen, values, ...questions, button });
}

export function pathOf(purchase: { subscriptionId: string }): string {
  return `/landing/subscriptions/${encodeURIComponent(purchase.subscriptionId)}`;
}

export function openPathOf(purchase: { subscriptionId: string }): string {
  return `${pathOf(purchase)}/open`;
}
