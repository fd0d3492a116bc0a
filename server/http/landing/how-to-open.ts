/** How a purchaser opens the landing page from Microsoft. */
import { html } from "hono/html";
import { primaryLink } from "../html-page.ts";
import type { Html } from "../html.ts";
import { azurePortal, microsoft365 } from "./microsoft-links.ts";

export function howToOpen(hasButton = true): Html {
  return html`<ul>
      <li>
        If you bought in Azure: open <strong>SaaS</strong> in the Azure portal, select the subscription, then select
        <strong>Configure account now</strong> or <strong>Manage account</strong>.
      </li>
      <li>
        If you bought in Microsoft 365: open <a href="${microsoft365}">Billing, Your products</a> in the admin center,
        select the subscription, then select <strong>Manage SaaS experience</strong>.
      </li>
    </ul>
    ${hasButton ? primaryLink(azurePortal, "Open the Azure portal") : ""}`;
}
