/** The rehearsal of the publisher's product, in three steps. */
import { html } from "hono/html";
import { type Rehearsal, rehearsalOf } from "../rehearsal/running.ts";
import { scenes } from "../rehearsal/scenes.ts";
import type { World } from "../world.ts";
import type { Html } from "./layout.ts";
import { badge } from "./layout.ts";

export function rehearsalView(world: World): Html {
  const rehearsal = rehearsalOf(world);
  return html`<section class="card" aria-labelledby="rehearsal-title" id="rehearsal" data-live>
    <h1 id="rehearsal-title">Rehearse your product</h1>
    ${rehearsal ? rehearsalCard(rehearsal) : prepareForm()}
  </section>`;
}

function prepareForm(): Html {
  return html`<p class="muted">
      Runs ${scenes.length} scenes with your product: purchases, changes, suspensions, cancellations, and events that
      arrive twice, late or with a wrong signature. A scene passes if your product confirms the right state over the
      product API. The simulated product pauses until the rehearsal has ended.
    </p>
    <form method="post" action="/page/rehearsal/prepare" class="row">
      <label
        >Address of your product’s webhook
        <input name="endpoint" required placeholder="http://localhost:4000/webhooks" size="40"
      /></label>
      <button class="main">Prepare</button>
    </form>`;
}

function rehearsalCard({ endpoint, product, state, results }: Rehearsal): Html {
  const end = html`<form method="post" action="/page/rehearsal/end"><button>End rehearsal</button></form>`;
  if (state === "prepared") {
    return html`<p>
        Marketdesk has a new API key and a new endpoint for ${endpoint}. Start your product with these settings, then
        start the rehearsal.
      </p>
      <pre>
MARKETDESK_URL=${product.url}
MARKETDESK_KEY=${product.key}
MARKETDESK_WEBHOOK_SECRET=${product.secret}</pre>
      <div class="row">
        <form method="post" action="/page/rehearsal/start"><button class="main">Start rehearsal</button></form>
        ${end}
      </div>`;
  }
  const failed = results.filter(({ outcome }) => outcome === "failed" || outcome === "broken").length;
  const passed = results.filter(({ outcome }) => outcome === "passed").length;
  return html`<p role="status">
      ${state === "running" ? `In progress: ${results.length} of ${scenes.length} scenes.` : `${passed} passed, ${failed} failed.`}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Scene</th>
            <th>Result</th>
            <th>Reason</th>
          </tr>
        </thead>
        <tbody>
          ${results.map(
            ({ scene, outcome, why }) =>
              html`<tr>
                <td data-label="Scene"><div>${scene}</div></td>
                <td data-label="Result"><div>${badge(outcome)}</div></td>
                ${why ? html`<td data-label="Reason"><div>${why}</div></td>` : html`<td data-label=""></td>`}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${state === "over" ? end : ""}`;
}
