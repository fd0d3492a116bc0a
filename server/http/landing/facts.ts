/** What was bought, by whom, for whom. */
import { html } from "hono/html";
import type { Day } from "../../../shared/day.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import type { Html } from "../html-page.ts";
import { dateInWords, dayInWords, numberInWords, termInWords } from "./format.ts";

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
    [purchase.status === "Unsubscribed" ? "Last term until" : "Current term ends", dayFact(purchase.termEndsOn)],
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
            <dd><bdi>${value}</bdi></dd>
          </div>`,
      )}
  </dl>`;
}

function dayFact(day: Day | null): Html | null {
  return day && html`<time datetime="${day}">${dayInWords(day)}</time>`;
}

function dateFact(date: Date | null): Html | null {
  return date && html`<time datetime="${date.toISOString()}">${dateInWords(date)}</time>`;
}
