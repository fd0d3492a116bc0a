/** Accepted usage. */
import { html } from "hono/html";
import { paged, subscriptionLink } from "./lists.ts";
import { instantText, pager, when } from "./layout.ts";
import type { Html } from "./layout.ts";
import type { AcceptedUsage } from "../model.ts";
import type { World } from "../world.ts";

const pageSize = 40;

export function usageView(world: World, page: number): Html {
  const all = [...world.state.usage.accepted.values()].reverse();
  return html`<section class="card" id="usage" data-live>
    <h1>Usage</h1>
    <p class="muted">
      Usage that Microsoft has accepted and will bill, newest first: one quantity per subscription, dimension and hour.
    </p>
    <form method="post" action="/page/usage/report" class="row">
      <button class="main">Report usage as the product</button>
      <span class="muted">
        The simulated product reports its customers’ usage of the last 23 hours. Reporting an hour again changes
        nothing. Marketdesk sends the usage of an hour to Microsoft a few minutes after the hour has ended.
      </span>
    </form>
    ${all.length === 0 ? html`<p class="empty">No usage yet.</p>` : table(world, paged(all, page))}
    ${pager("/usage", {}, page, pageSize, all.length)}
  </section>`;
}

function table(world: World, rows: AcceptedUsage[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th>Dimension</th>
        <th>Quantity</th>
        <th>Subscription</th>
        <th>Hour</th>
        <th>Accepted</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <td data-label="Dimension">
              <div>
                <strong>${row.dimension}</strong> <span class="small muted">plan ${row.planId}</span>
                <div class="mono muted">${row.usageEventId}</div>
              </div>
            </td>
            <td data-label="Quantity"><div>${row.quantity.toLocaleString("en-US")}</div></td>
            <td data-label="Subscription"><div>${subscriptionLink(world, row.resourceId)}</div></td>
            <td data-label="Hour"><div>${instantText(row.hour).replace(":00 UTC", " UTC")}</div></td>
            <td data-label="Accepted"><div>${when(world, row.messageTime)}</div></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
