/** The publisher's branding of pages for purchasers: name or logo, color, next steps, contacts. */
import { html } from "hono/html";
import { cards, readableOn, textOn } from "../../shared/color.ts";
import { mailto } from "../../shared/email.ts";
import type { BrandingView } from "../../shared/views/settings.ts";
import type { Html } from "./html.ts";

type Branding = BrandingView | null;

/** The color for both schemes; empty for the default. Only colors, so that it is safe inside a style. */
export function accentCss(branding: Branding): string {
  const accent = branding?.accent ?? "";
  if (!/^#[0-9a-f]{6}$/.test(accent)) return "";
  const inScheme = (color: string) => `:root{--accent:${color};--on:${textOn(color)}}`;
  const light = inScheme(readableOn(accent, cards.light));
  return `${light}@media(prefers-color-scheme:dark){${inScheme(readableOn(accent, cards.dark))}}`;
}

export function brandingHead(branding: Branding): Html | string {
  if (branding?.logoUrl) {
    return html`<header><img src="${branding.logoUrl}" alt="${branding.publisherName || "The publisher"}" /></header>`;
  }
  return branding?.publisherName ? html`<header>${branding.publisherName}</header>` : "";
}

export function nextSteps(branding: Branding): Html | string {
  if (!branding?.nextSteps) return "";
  return html`<h2>What ${branding.publisherName || "the publisher"} does next</h2>
    <p class="steps">${branding.nextSteps}</p>`;
}

export function brandingFoot(branding: Branding): Html | string {
  if (!branding) return "";
  const { publisherName, supportEmail, supportUrl, termsUrl, privacyUrl } = branding;
  const links: [string, string][] = [
    [supportUrl, "Support"],
    [termsUrl, "Terms"],
    [privacyUrl, "Privacy"],
  ];
  const shown = links.filter(([url]) => url !== "");
  return html`${
    supportEmail
      ? html`<p>
          Questions${publisherName ? ` to ${publisherName}` : ""}:
          <a href="${mailto(supportEmail)}">${supportEmail}</a>
        </p>`
      : ""
  }${
    shown.length > 0
      ? html`<p>
          ${shown.map(([url, name], index) => html`${index > 0 ? " · " : ""}<a href="${url}" rel="noreferrer">${name}</a>`)}
        </p>`
      : ""
  }`;
}
