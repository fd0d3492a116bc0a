/** How a purchaser gets from Microsoft to the landing page. */
import { html } from "hono/html";
import { primaryLink } from "../html-page.ts";
import type { Html } from "../html-page.ts";
import { azurePortal, microsoft365 } from "./microsoft-links.ts";

export function howToOpen(hasButton = true): Html {
  return html`<ul>
      <li>
        Bought in Azure: open <strong>SaaS</strong> in the Azure portal, choose the subscription, then
        <strong>Configure account now</strong> or <strong>Manage account</strong>.
      </li>
      <li>
        Bought in Microsoft 365: open <a href="${microsoft365}">Billing, Your products</a> in the admin center, choose
        the subscription, then <strong>Manage SaaS experience</strong>.
      </li>
    </ul>
    ${hasButton ? primaryLink(azurePortal, "Open the Azure portal") : ""}`;
}
