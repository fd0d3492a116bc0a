/** The purchase form, the list of subscriptions, and the page of one subscription. */
import { html, raw } from "hono/html";
import { withoutControlCharacters } from "../../shared/foreign-text.ts";
import { subscriptionStatuses } from "../../shared/lifecycle.ts";
import { catalog, findOffer, findPlan, plansFor } from "../fulfillment/catalog.ts";
import { findSubscriptions } from "../control/control-views.ts";
import { pendingOperation } from "../fulfillment/operations.ts";
import { badge, dayText, instantText, pager, when } from "./layout.ts";
import type { Html } from "./layout.ts";
import { deliveryTable, operationTable } from "./lists.ts";
import { purchasers } from "../personas.ts";
import { operationsOf } from "../state.ts";
import type { Party, Subscription } from "../model.ts";
import { priceInWords } from "../fulfillment/wire.ts";
import type { World } from "../world.ts";

const pageSize = 20;

export type ListQuery = { q: string; status: string; page: number };

/** The first view: the purchase form and all subscriptions. */
export function subscriptionsView(world: World, query: ListQuery): Html {
  return html`${buyCard()}${listCard(world, query)}`;
}

function buyCard(): Html {
  const people = (first: Html) =>
    html`${first}${purchasers.map((one) => html`<option value="${one.key}">${one.name}, ${one.company}</option>`)}`;
  return html`<section class="card" aria-labelledby="buy">
    <h1 id="buy">Buy an offer</h1>
    <p class="muted">
      As a customer does in Microsoft’s portal. The customer then continues on the publisher’s landing page.
    </p>
    <form method="post" action="/page/purchases" class="fields">
      <label class="wide"
        >Offer and plan
        <select name="plan">
          ${catalog.map(planOptions)}
        </select>
      </label>
      <label
        >Seats (per-seat plans only)
        <input name="quantity" inputmode="numeric" autocomplete="off" value="5" />
      </label>
      <label
        >Purchaser
        <select name="purchaser">
          ${people(html``)}
        </select></label
      >
      <label
        >Beneficiary
        <select name="beneficiary">
          ${people(html`<option value="">Same as purchaser</option>`)}
        </select>
      </label>
      <label>Name (optional) <input name="name" maxlength="200" /></label>
      <label
        >Activation
        <select name="autoActivate">
          <option value="">As set in the plan</option>
          <option value="no">By the publisher</option>
          <option value="yes">Automatic</option>
        </select>
      </label>
      <button class="main">Buy</button>
    </form>
  </section>`;
}

function planOptions(offer: (typeof catalog)[number]): Html {
  const plans = offer.plans.filter((plan) => !plan.isStopSell);
  const notes = (plan: (typeof plans)[number]) =>
    [
      plan.audience ? "private" : "",
      plan.hasFreeTrials ? "trial" : "",
      plan.autoActivates ? "activates automatically" : "",
    ]
      .filter(Boolean)
      .join(", ");
  return html`<optgroup label="${offer.name}">
    ${plans.map(
      (plan) =>
        html`<option value="${offer.offerId}/${plan.planId}">
          ${plan.name}, ${priceInWords(offer.offerId, plan.planId)}${notes(plan) ? ` (${notes(plan)})` : ""}
        </option>`,
    )}
  </optgroup>`;
}

function listCard(world: World, { q, status, page }: ListQuery): Html {
  const { rows, total } = findSubscriptions(world, { q, status, offset: (page - 1) * pageSize, limit: pageSize });
  const count = `${total.toLocaleString("en-US")} ${total === 1 ? "subscription" : "subscriptions"}`;
  return html`<section class="card" id="subscriptions" data-live aria-labelledby="list">
    <div class="spread">
      <h2 id="list">${count}</h2>
      <form class="row" role="search">
        <label>Search <input type="search" name="q" value="${q}" placeholder="Name, company, email or ID" /></label>
        <label
          >Status
          <select name="status">
            <option value="">All</option>
            ${subscriptionStatuses.map((item) => html`<option ${item === status ? raw("selected") : ""}>${item}</option>`)}
          </select>
        </label>
        <button>Search</button>
      </form>
    </div>
    ${rows.length === 0 ? html`<p class="empty">No subscriptions match. Buy an offer above, or change the search.</p>` : listTable(world, rows)}
    ${pager("/", { q, status }, page, pageSize, total)}
  </section>`;
}

function listTable(world: World, rows: Subscription[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Subscription</th>
        <th>Plan</th>
        <th>Status</th>
        <th>Purchased</th>
        <th>Term ends</th>
        <th>Act as Microsoft</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <td data-label="Name">
              <div>
                <a class="name" href="/subscriptions/${row.id}"><bdi>${withoutControlCharacters(row.name)}</bdi></a>
                <div class="small muted">${partyText(row)}</div>
              </div>
            </td>
            <td data-label="Plan"><div>${planText(row)}</div></td>
            <td data-label="Status"><div>${statusText(world, row)}</div></td>
            <td data-label="Purchased"><div>${when(world, row.createdAt)}</div></td>
            <td data-label="Term ends" class="unbroken"><div>${dayText(row.termEnd)}</div></td>
            <td data-label="" class="acts-cell">${acts(world, row, "menu")}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function partyText({ purchaser, beneficiary }: Subscription): string {
  const by = purchaser.tenantId === beneficiary.tenantId ? "" : `, purchased by ${purchaser.company}`;
  return `${beneficiary.company}, ${beneficiary.emailId ?? beneficiary.name}${by}`;
}

function planText({ offerId, planId, quantity }: Subscription): Html {
  const name = findPlan(offerId, planId)?.name ?? planId;
  const seats = quantity === null ? "" : `, ${quantity} ${quantity === 1 ? "seat" : "seats"}`;
  return html`<span class="unbroken">${findOffer(offerId)?.name ?? offerId}</span>
    <div class="small muted">${name}${seats}</div>`;
}

function statusText(world: World, subscription: Subscription): Html {
  const pending = pendingOperation(world, subscription.id);
  const extra = [
    subscription.activatesAt === null ? "" : "activating",
    subscription.isFreeTrial && subscription.status !== "Unsubscribed" ? "free trial" : "",
    pending ? `${pending.action} pending` : "",
  ].filter(Boolean);
  return html`${badge(subscription.status)}${extra.length > 0 ? html`<div class="small muted">${extra.join(", ")}</div>` : ""}`;
}

/** The actions of Microsoft, the customer and a reseller on a subscription. */
function acts(world: World, subscription: Subscription, place: "menu" | "page"): Html {
  const path = `/page/subscriptions/${subscription.id}`;
  const { name } = subscription;
  const landing = html`<form method="post" action="${path}/landing" target="_blank">
    <button aria-label="Open landing page for ${name}">
      ${place === "menu" ? "Landing page" : "Open landing page"}
    </button>
  </form>`;
  const panel = actPanel(world, subscription, path);
  if (!panel) return html`<div class="row">${landing}</div>`;
  if (place === "page")
    return html`<div class="row">${landing}</div>
      <div class="act-panel">${panel}</div>`;
  return html`<div class="row">
    ${landing}
    <details class="acts">
      <summary aria-label="Change ${name}">Change</summary>
      <div class="act-panel">${panel}</div>
    </details>
  </div>`;
}

function actPanel(world: World, subscription: Subscription, path: string): Html | null {
  const { status, quantity, planId, offerId, beneficiary, name } = subscription;
  if (status === "Unsubscribed") return null;
  const plans = plansFor(offerId, beneficiary.tenantId).filter((plan) => plan.planId !== planId && !plan.isStopSell);
  const button = (act: string, text: string, tone = "") =>
    html`<form method="post" action="${path}/${act}">
      <button class="${tone}" aria-label="${text} ${name}">${text}</button>
    </form>`;
  const changes = html`<form method="post" action="${path}/change-plan" class="row">
      <label
        >New plan
        <select name="planId">
          ${plans.map((item) => html`<option value="${item.planId}">${item.name}</option>`)}
        </select></label
      >
      <button>Change plan</button>
    </form>
    ${
      quantity === null
        ? ""
        : html`<form method="post" action="${path}/change-quantity" class="row">
            <label
              >New seats
              <input name="quantity" inputmode="numeric" autocomplete="off" value="${quantity + 1}" />
            </label>
            <button>Change seats</button>
          </form>`
    }`;
  return html`${status === "Subscribed" ? changes : ""}
    <div class="row">
      ${status === "Subscribed" ? html`${button("renew", "Renew")}${button("suspend", "Suspend")}` : ""}
      ${status === "Suspended" ? button("reinstate", "Reinstate") : ""}
      ${button("unsubscribe", "Cancel subscription", "danger")}
    </div>`;
}

/** One subscription: details, actions, operations, webhooks. */
export function subscriptionView(world: World, subscription: Subscription): Html {
  const operations = operationsOf(world.state, subscription.id).reverse();
  const deliveries = [...world.state.deliveries.values()]
    .filter((item) => item.subscriptionId === subscription.id)
    .reverse();
  const fact = (term: string, value: Html | string) =>
    html`<div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<section class="card" id="subscription" data-live>
      <h1><bdi>${withoutControlCharacters(subscription.name)}</bdi></h1>
      <p class="mono muted">${subscription.id}</p>
      <dl class="facts">
        ${fact("Status", statusText(world, subscription))} ${fact("Offer and plan", planText(subscription))}
        ${fact("Price", priceInWords(subscription.offerId, subscription.planId))}
        ${fact("Purchaser", person(subscription.purchaser))} ${fact("Beneficiary", person(subscription.beneficiary))}
        ${fact("Purchased", instantText(subscription.createdAt))}
        ${fact("Term", `${dayText(subscription.termStart)} to ${dayText(subscription.termEnd)}, ${subscription.termUnit}`)}
        ${fact("Auto-renewal", subscription.autoRenew ? "On" : "Off")}
        ${fact("Allowed customer operations", subscription.allowedCustomerOperations.join(", "))}
      </dl>
    </section>
    <section class="card" id="acts" data-live aria-labelledby="act">
      <h2 id="act">Act as Microsoft</h2>
      ${acts(world, subscription, "page")}
    </section>
    <section class="card" id="operations" data-live>
      <h2>Operations</h2>
      ${operationTable(world, operations, { hasSubscription: false })}
    </section>
    <section class="card" id="webhooks" data-live>
      <h2>Webhooks</h2>
      ${deliveryTable(world, deliveries)}
    </section>`;
}

function person({ name, company, emailId, tenantId }: Party): Html {
  return html`${name}, ${company}
    <div class="small muted">${emailId ?? "No email"}</div>
    <div class="mono muted">Tenant ${tenantId}</div>`;
}
