/** The publisher's branding of pages for purchasers: name or logo, color, texts, contacts. */
import { html } from "hono/html";
import type { Branding } from "../../shared/branding.ts";
import { cards, readableOn, textOn } from "../../shared/color.ts";
import { mailto } from "../../shared/email.ts";
import { textIn } from "../../shared/questions.ts";
import type { LandingTexts } from "../texts/landing/landing-texts.ts";
import { fill } from "../texts/text.ts";
import { fillHtml } from "./fill-html.ts";
import type { Html } from "./html.ts";
import type { Reader } from "./reader.ts";

/** The color for both schemes; empty for the default. Only colors, so that it is safe inside a style. */
export function accentCss(branding: Branding | null): string {
  const accent = branding?.accent ?? "";
  if (!/^#[0-9a-f]{6}$/.test(accent)) return "";
  const inScheme = (color: string) => `:root{--accent:${color};--on:${textOn(color)}}`;
  const light = inScheme(readableOn(accent, cards.light));
  return `${light}@media(prefers-color-scheme:dark){${inScheme(readableOn(accent, cards.dark))}}`;
}

type Texts = LandingTexts["frame"];

export function brandingHead(branding: Branding | null, texts: Texts): Html | string {
  if (branding?.logoUrl) {
    return html`<header><img src="${branding.logoUrl}" alt="${branding.publisherName || texts.publisher}" /></header>`;
  }
  return branding?.publisherName ? html`<header>${branding.publisherName}</header>` : "";
}

export function nextSteps(branding: Branding | null, { language, texts: { frame: texts } }: Reader): Html | string {
  const words = textIn(branding?.nextSteps ?? {}, language);
  if (words === "") return "";
  const publisher = branding?.publisherName;
  return html`<h2>${publisher ? fill(texts.nextSteps, { publisher }) : texts.nextStepsOfPublisher}</h2>
    <p class="steps">${words}</p>`;
}

export function brandingFoot(branding: Branding | null, texts: Texts): Html | string {
  if (!branding) return "";
  const { publisherName: publisher, supportEmail, supportUrl, termsUrl, privacyUrl } = branding;
  const links: [string, string][] = [
    [supportUrl, texts.support],
    [termsUrl, texts.terms],
    [privacyUrl, texts.privacy],
  ];
  const shown = links.filter(([url]) => url !== "");
  return html`${
    supportEmail
      ? html`<p>${questions(publisher, html`<a href="${mailto(supportEmail)}">${supportEmail}</a>`, texts)}</p>`
      : ""
  }${
    shown.length > 0
      ? html`<p>
          ${shown.map(([url, name], index) => html`${index > 0 ? " · " : ""}<a href="${url}" rel="noreferrer">${name}</a>`)}
        </p>`
      : ""
  }`;
}

function questions(publisher: string, email: Html, texts: Texts): Html {
  return publisher ? fillHtml(texts.questionsTo, { publisher, email }) : fillHtml(texts.questions, { email });
}
