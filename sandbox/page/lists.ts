/** Operations, webhooks and calls. */
import { html } from "hono/html";
import type { Call } from "../calls.ts";
import { badge, pager, when } from "./layout.ts";
import type { Html } from "./layout.ts";
import type { Delivery, Operation } from "../model.ts";
import type { World } from "../world.ts";

const pageSize = 40;

export function paged<T>(all: readonly T[], page: number): T[] {
  return all.slice((page - 1) * pageSize, page * pageSize);
}

export function operationsView(world: World, page: number): Html {
  const all = [...world.state.operations.values()].sort((a, b) => b.createdAt - a.createdAt);
  return html`<section class="card" id="operations" data-live>
    <h1>Operations</h1>
    <p class="muted">
      All changes of all subscriptions, newest first. Source Azure: a customer or Microsoft. Source Partner: the
      publisher.
    </p>
    ${operationTable(world, paged(all, page))}${pager("/operations", {}, page, pageSize, all.length)}
  </section>`;
}

/** Operations as a table, with a column for the subscription unless all are of one subscription. */
export function operationTable(world: World, operations: readonly Operation[], { hasSubscription = true } = {}): Html {
  if (operations.length === 0) return html`<p class="empty">No operations yet.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>Action</th>
        ${hasSubscription ? html`<th>Subscription</th>` : ""}
        <th>Requested</th>
        <th>Status</th>
        <th>Started</th>
        <th>Webhook</th>
      </tr>
    </thead>
    <tbody>
      ${operations.map(
        (operation) =>
          html`<tr>
            <td data-label="Action">
              <div>
                <strong>${operation.action}</strong> <span class="small muted">${operation.source}</span>
                <div class="mono muted">${operation.id}</div>
              </div>
            </td>
            ${hasSubscription ? html`<td data-label="Subscription"><div>${subscriptionLink(world, operation.subscriptionId)}</div></td>` : ""}
            <td data-label="Requested"><div>${requestedValue(operation)}</div></td>
            <td data-label="Status">
              <div>
                ${badge(operation.status)}
                <div class="small muted">${progressText(world, operation)}</div>
              </div>
            </td>
            <td data-label="Started"><div>${when(world, operation.createdAt)}</div></td>
            <td data-label="">
              <form method="post" action="/page/operations/${operation.id}/redeliver">
                <button aria-label="Resend webhook of ${operation.action} ${operation.id}">Resend</button>
              </form>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

export function subscriptionLink(world: World, id: string): Html {
  const name = world.state.subscriptions.get(id)?.name ?? id;
  return html`<a class="name" href="/subscriptions/${id}">${name}</a>`;
}

function requestedValue({ action, planId, quantity }: Operation): string {
  if (action === "ChangePlan") return `Plan ${planId}`;
  if (action === "ChangeQuantity") return `${quantity ?? 1} seats`;
  return "–";
}

function progressText(world: World, operation: Operation): Html | string {
  if (operation.ending !== null) return operation.ending;
  return operation.dueAt === null ? "" : html`continues ${when(world, operation.dueAt)}`;
}

export function webhooksView(world: World, page: number): Html {
  const all = [...world.state.deliveries.values()].reverse();
  return html`<section class="card" id="webhooks" data-live>
    <h1>Webhooks</h1>
    <p class="muted">
      Webhook calls from Microsoft to <span class="mono">${world.webhookUrl}</span>, with each attempt and its response.
    </p>
    ${deliveryTable(world, paged(all, page))}${pager("/webhooks", {}, page, pageSize, all.length)}
  </section>`;
}

export function deliveryTable(world: World, deliveries: readonly Delivery[]): Html {
  if (deliveries.length === 0) return html`<p class="empty">No webhooks yet.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>Action</th>
        <th>Subscription</th>
        <th>Outcome</th>
        <th>Attempts</th>
        <th>Body</th>
      </tr>
    </thead>
    <tbody>
      ${deliveries.map(
        (delivery) =>
          html`<tr>
            <td data-label="Action">
              <div>
                <strong>${delivery.action}</strong>
                <div class="small muted">${when(world, delivery.createdAt)}</div>
              </div>
            </td>
            <td data-label="Subscription"><div>${subscriptionLink(world, delivery.subscriptionId)}</div></td>
            <td data-label="Outcome">
              <div>
                ${badge(delivery.outcome)}${delivery.dueAt === null ? "" : html`<div class="small muted">next ${when(world, delivery.dueAt)}</div>`}
              </div>
            </td>
            <td data-label="Attempts"><div>${attempts(world, delivery)}</div></td>
            <td data-label="Body">
              <details>
                <summary>Body</summary>
                <pre tabindex="0">${pretty(delivery.body)}</pre>
              </details>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function attempts(world: World, { attempts: all, attemptCount }: Delivery): Html {
  if (attemptCount === 0) return html`<span class="muted">None</span>`;
  const shown = all.slice(-3);
  return html`${attemptCount} in total
    <ol class="attempts" start="${attemptCount - shown.length + 1}">
      ${shown.map((attempt) => html`<li>${attempt.status ?? "no response"} ${when(world, attempt.at)}, ${attempt.durationMs} ms <span class="muted">${attempt.answer.slice(0, 120)}</span></li>`)}
    </ol>`;
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

export function callsView(world: World, page: number): Html {
  const all = world.calls.list().reverse();
  return html`<section class="card" id="calls" data-live>
    <div class="spread">
      <div>
        <h1>Calls</h1>
        <p class="muted">
          API calls from the publisher to Microsoft since the sandbox started, newest first. Tokens and secrets are not
          stored.
        </p>
      </div>
      <form method="post" action="/page/calls/clear"><button>Clear list</button></form>
    </div>
    ${all.length === 0 ? html`<p class="empty">No calls yet.</p>` : callTable(world, paged(all, page))}
    ${pager("/calls", {}, page, pageSize, all.length)}
  </section>`;
}

function callTable(world: World, calls: readonly Call[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Call</th>
        <th>Status</th>
        <th>When</th>
        <th>IDs</th>
        <th>Bodies</th>
      </tr>
    </thead>
    <tbody>
      ${calls.map(
        (call) =>
          html`<tr>
            <td data-label="Call">
              <div>
                <strong>${call.method}</strong>
                <span class="mono">${call.path}${call.query}</span
                >${call.note ? html`<div class="small warn">${call.note}</div>` : ""}
              </div>
            </td>
            <td data-label="Status">
              <div><span class="badge ${toneOf(call.status)}">${call.status ?? "closed"}</span></div>
            </td>
            <td data-label="When">
              <div>
                ${when(world, Date.parse(call.at) + world.state.clockOffsetMs)}
                <div class="small muted">${call.durationMs} ms</div>
              </div>
            </td>
            <td data-label="IDs">
              <details>
                <summary>IDs</summary>
                <div class="mono">Request ID ${call.requestId}<br />Correlation ID ${call.correlationId}</div>
              </details>
            </td>
            <td data-label="Bodies">${bodies(call)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function toneOf(status: number | null): string {
  if (status === null || status >= 500) return "bad";
  return status >= 400 ? "warn" : "good";
}

function bodies({ requestBody, responseBody }: Call): Html {
  if (requestBody === null && responseBody === null) return html`<span class="muted">–</span>`;
  const part = (title: string, body: unknown) =>
    body === null
      ? ""
      : html`<div class="small muted">${title}</div>
          <pre tabindex="0">${typeof body === "string" ? body : JSON.stringify(body, null, 2)}</pre>`;
  return html`<details>
    <summary>Bodies</summary>
    ${part("Request", requestBody)}${part("Response", responseBody)}
  </details>`;
}
