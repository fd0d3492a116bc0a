/** What was bought, by whom, for whom. */
import { html } from "hono/html";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import type { Html } from "../page.ts";
import { dateInWords, numberInWords, termInWords } from "./words.ts";

export function purchaseFacts(purchase: Purchase): Html {
  const { purchaser, beneficiary, contact } = purchase;
  const isForAnother = beneficiary.email !== null && beneficiary.email !== purchaser.email;
  const facts: [string, Html | string | null][] = [
    ["Subscription", purchase.name || null],
    ["Offer", purchase.offerId],
    ["Plan", purchase.planName],
    ["Price", purchase.price],
    ["Seats", purchase.quantity === null ? null : numberInWords(purchase.quantity)],
    ["Billing term", purchase.termUnit === null ? null : termInWords(purchase.termUnit)],
    ["Free trial", purchase.isFreeTrial ? "Yes; it becomes a paid subscription at its end unless you cancel" : null],
    [purchase.status === "Unsubscribed" ? "Last term until" : "Current term ends", dateFact(purchase.termEndsAt)],
    ["Bought on", dateFact(purchase.purchasedAt)],
    [purchase.isReseller ? "Bought by reseller" : "Bought by", purchaser.email],
    ["For", isForAnother || purchase.isReseller ? beneficiary.email : null],
    ["Contact", contact && `${contact.name}, ${contact.company}, ${contact.email}`],
  ];
  return html`<dl>
    ${facts
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

function dateFact(date: Date | null): Html | null {
  return date && html`<time datetime="${date.toISOString()}">${dateInWords(date)}</time>`;
}
