/** How a purchaser opens the landing page from Microsoft. */
import { html } from "hono/html";
import { fillHtml } from "../fill-html.ts";
import { primaryLink } from "../html-page.ts";
import type { Html } from "../html.ts";
import type { Reader } from "../reader.ts";
import { azurePortal, microsoft365 } from "./microsoft-links.ts";

export function howToOpen({ texts: { howToOpen: texts } }: Reader, hasButton = true): Html {
  const strong = (text: string) => html`<strong>${text}</strong>`;
  return html`<ul>
      <li>
        ${fillHtml(texts.azure, { saas: strong("SaaS"), configure: strong(texts.configure), manage: strong(texts.manage) })}
      </li>
      <li>
        ${fillHtml(texts.microsoft365, {
          billing: html`<a href="${microsoft365}">${texts.billing}</a>`,
          experience: strong(texts.experience),
        })}
      </li>
    </ul>
    ${hasButton ? primaryLink(azurePortal, texts.openAzure) : ""}`;
}
