/** The details of a purchase: offer, plan, price, purchaser and beneficiary. */
import { html } from "hono/html";
import type { Day } from "../../../shared/day.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import type { Html } from "../html.ts";
import { termInWords } from "../../../shared/term.ts";
import { dateInWords, dayInWords, numberInWords } from "./format.ts";

export function purchaseFacts(purchase: Purchase): Html {
  const { purchaser, beneficiary, contact } = purchase;
  const isForAnother = beneficiary.email !== null && beneficiary.email !== purchaser.email;
  const facts: [string, Html | string | null][] = [
    ["Subscription", purchase.name || null],
    ["Offer", purchase.offerName],
    ["Plan", purchase.planName],
    ["Price", purchase.price],
    ["Seats", purchase.quantity === null ? null : numberInWords(purchase.quantity)],
    ["Billing term", purchase.termUnit === null ? null : termInWords(purchase.termUnit)],
    [
      "Free trial",
      purchase.isFreeTrial
        ? "Yes. It becomes a paid subscription when the trial ends, unless you cancel before."
        : null,
    ],
    [purchase.status === "Unsubscribed" ? "Last term ended on" : "Current term ends on", dayFact(purchase.termEndsOn)],
    ["Purchased on", dateFact(purchase.purchasedAt)],
    [purchase.isReseller ? "Purchased by reseller" : "Purchased by", purchaser.email],
    ["Purchased for", isForAnother || purchase.isReseller ? beneficiary.email : null],
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
