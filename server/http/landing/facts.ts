/** The details of a purchase: offer, plan, price, purchaser and beneficiary. */
import { html } from "hono/html";
import type { Day } from "../../../shared/day.ts";
import type { Purchase } from "../../commands/purchases/purchase.ts";
import { fillHtml } from "../fill-html.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";

export function purchaseFacts(reader: Reader, purchase: Purchase): Html {
  const { facts: texts } = reader.texts;
  const { formats } = reader;
  const { purchaser, beneficiary, contact, isReseller } = purchase;
  const isForAnother = beneficiary.email !== null && beneficiary.email !== purchaser.email;
  const facts: [string, Html | string | null][] = [
    [texts.subscription, purchase.name || null],
    [texts.offer, purchase.offerName],
    [texts.plan, purchase.planName],
    [purchase.isFreeTrial ? texts.laterPrice : texts.price, priceOf(reader, purchase)],
    [texts.seats, purchase.quantity === null ? null : formats.number(purchase.quantity)],
    [texts.term, purchase.termUnit === null ? null : formats.term(purchase.termUnit)],
    [texts.trial, trialFact(reader, purchase)],
    [
      purchase.status === "Unsubscribed" ? texts.lastTermEnded : texts.termEnds,
      purchase.isFreeTrial && purchase.status !== "Unsubscribed" ? null : dayFact(reader, purchase.termEndsOn),
    ],
    [texts.purchasedOn, dateFact(reader, purchase.purchasedAt)],
    [isReseller ? texts.purchasedByReseller : texts.purchasedBy, purchaser.email],
    [texts.purchasedFor, isForAnother || isReseller ? beneficiary.email : null],
    [texts.contact, contact && [contact.name, contact.company, contact.email].filter((part) => part !== "").join(", ")],
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

/** A reseller sets the customer's price, so the list price would be wrong there. */
function priceOf({ formats }: Reader, { price, isReseller }: Purchase): string | null {
  if (price === null || isReseller) return null;
  return price.money === null ? price.words : formats.price(price.money);
}

function trialFact(reader: Reader, { isFreeTrial, termEndsOn, status }: Purchase): Html | string | null {
  if (!isFreeTrial || status === "Unsubscribed") return null;
  const day = dayFact(reader, termEndsOn);
  return day === null ? reader.texts.facts.trialYes : fillHtml(reader.texts.facts.trialUntil, { day });
}

function dayFact({ formats }: Reader, day: Day | null): Html | null {
  return day && html`<time datetime="${day}">${formats.day(day)}</time>`;
}

function dateFact({ formats }: Reader, date: Date | null): Html | null {
  return date && html`<time datetime="${date.toISOString()}">${formats.date(date)}</time>`;
}
