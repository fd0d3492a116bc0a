/** The frame of pages without script: landing, sign-in and their errors. */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { Branding } from "../../shared/branding.ts";
import { isolatedInHtml } from "../../shared/foreign-text.ts";
import { type Language, languageNames, languages } from "../../shared/languages.ts";
import { fill } from "../texts/text.ts";
import { accentCss, brandingFoot, brandingHead, nextSteps } from "./branding.ts";
import { fillHtml } from "./fill-html.ts";
import type { Html } from "./html.ts";
import { type Reader, readerOf } from "./reader.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** The branding of pages for purchasers; absent on those for staff. */
    branding: Branding | null;
  }
}

export type Page = {
  /** The heading, and the tab's title. */
  title: string;
  body: Html;
  /** Shown in the footer; staff can search for the visit by it. */
  supportCode?: string;
  /** The signed-in account, and how to switch it. */
  account?: Html;
  isError?: boolean;
  /** Whether to show the publisher's next steps, because the purchase needs nothing else. */
  hasNextSteps?: boolean;
  /** The path at which the page can be read in another language; the page's own path if absent. */
  path?: string;
};

export type PageStatus = 200 | 400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 502 | 503;

/** Responds with a page that no cache may store. */
export function showPage(c: Context, page: Page, status: PageStatus = 200): Response | Promise<Response> {
  c.header("Cache-Control", "no-store");
  const reader = readerOf(c);
  c.header("Content-Language", reader.language);
  const choice = c.get("reader") ? languageChoice(reader, page.path ?? pathFor(c)) : "";
  const made = pageInHtml({ page, reader, choice, nonce: c.get("nonce") ?? "", branding: c.get("branding") ?? null });
  return made instanceof Promise ? made.then((text) => c.html(text, status)) : c.html(made, status);
}

/** The whole document. */
export function pageInHtml(frame: Frame): string | Promise<string> {
  const made = render(frame);
  const isolate = (text: { toString(): string }) => isolatedInHtml(text.toString());
  return made instanceof Promise ? made.then(isolate) : isolate(made);
}

/** Query parameters that are kept when the language is changed. */
const keptParameters = ["visit", "update", "from"];

function pathFor(c: Context): string {
  const { path } = c.req;
  if (c.req.method !== "GET" || !(path.startsWith("/landing") || path === "/auth/signed-out")) return "/landing";
  const kept = keptParameters.flatMap((name) => {
    const value = c.req.query(name);
    return value === undefined ? [] : [[name, value]];
  });
  return `${path}?${new URLSearchParams(kept)}`;
}

export function languageChoice(reader: Reader, path: string): Html {
  const [address = "", query] = path.split("?");
  const link = (language: Language) =>
    `${address}?${new URLSearchParams([...new URLSearchParams(query), ["language", language]])}`;
  return html`<nav aria-label="${reader.texts.frame.language}">
    ${languages.map((language) =>
      language === reader.language
        ? html`<span lang="${language}" aria-current="true">${languageNames[language]}</span>`
        : html`<a lang="${language}" hreflang="${language}" href="${link(language)}">${languageNames[language]}</a>`,
    )}
  </nav>`;
}

type Frame = { page: Page; reader: Reader; choice: Html | string; nonce: string; branding: Branding | null };

function render({ page, reader, choice, nonce, branding }: Frame): Html {
  const { frame } = reader.texts;
  return html`<!doctype html>
    <html lang="${reader.language}" dir="${reader.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${page.isError ? fill(frame.error, { title: page.title }) : page.title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${raw(css)}${raw(accentCss(branding))}
        </style>
      </head>
      <body>
        ${brandingHead(branding, frame)}
        <main>
          <h1>${page.title}</h1>
          ${page.body} ${page.hasNextSteps ? nextSteps(branding, reader) : ""}
        </main>
        ${
          page.account || page.supportCode || branding || choice
            ? html`<footer>
                ${page.account} ${brandingFoot(branding, frame)}
                ${
                  page.supportCode
                    ? html`<p>${fillHtml(frame.supportCode, { code: html`<code>${page.supportCode}</code>` })}</p>`
                    : ""
                }
                ${choice}
              </footer>`
            : ""
        }
      </body>
    </html>`;
}

/** A link styled as a button: the main action. */
export function primaryLink(href: string, text: string): Html {
  return html`<p class="actions"><a class="button" href="${href}">${text}</a></p>`;
}

const css = `
:root{--text:#1b2326;--soft:#566166;--line:#d5dcde;--back:#f4f6f6;--card:#fff;--accent:#0b6b68;--on:#fff;--bad:#b3261e;--badback:#fdf1f0;--good:#176b3a}
@media(prefers-color-scheme:dark){:root{--text:#e6ecec;--soft:#a3b0b3;--line:#38444a;--back:#12181a;--card:#1b2326;--accent:#5fc9c3;--on:#06201f;--bad:#ff9d94;--badback:#351b1a;--good:#7ad69e}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main,footer,body>header{max-width:35rem;margin:0 auto;padding:1.5rem 2rem}
body>header{padding:2rem 2rem 0;font-size:1.125rem;font-weight:600}
body>header img{display:block;max-width:100%;max-height:3.5rem}
header+main{margin-top:1.25rem}
.steps{white-space:pre-line}
main{margin-top:2.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:2rem}
main>:last-child{margin-bottom:0}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;text-wrap:balance}
h2{font-size:1.0625rem;margin:1.75rem 0 .5rem}
p,ol,ul{margin:0 0 1rem}
ol,ul{padding-inline-start:1.375rem}
li{margin-bottom:.375rem}
a{color:var(--accent)}
dl{margin:0 0 1.25rem;border-top:1px solid var(--line)}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
dt{flex:0 0 11rem;min-width:min-content;max-width:100%;color:var(--soft)}
h1,h2,dt,label,.button,button{overflow-wrap:break-word;hyphens:auto}
dd{margin:0;flex:1 1 11rem}
label{display:block;font-weight:600;margin:0 0 .25rem}
label span,.hint{font-weight:400;color:var(--soft)}
input,select{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.375rem;padding:.5rem .75rem;min-height:2.75rem}
[aria-invalid]{border:2px solid var(--bad)}
.check{display:flex;gap:.625rem;align-items:flex-start;font-weight:400}
.check input{flex:none;width:1.5rem;min-height:1.5rem;margin:0}
.field{margin-bottom:1.125rem}
.field p{margin:0 0 .25rem}
.wrong{color:var(--bad);font-weight:600}
.summary{border:2px solid var(--bad);background:var(--badback);border-radius:.5rem;padding:1rem 1.25rem;margin-bottom:1.5rem}
.notice{border:2px solid var(--accent);border-radius:.5rem;padding:1rem 1.25rem;margin-bottom:1.5rem}
.notice>:last-child{margin-bottom:0}
.summary h2,.notice h2{margin-top:0}
.summary ul{margin:0}
.summary a{color:var(--bad);font-weight:600}
button,.button{display:inline-block;font:inherit;font-weight:600;line-height:1.5;color:var(--on);background:var(--accent);border:1px solid transparent;border-radius:.375rem;padding:.5625rem 1.25rem;min-height:2.75rem;text-decoration:none;cursor:pointer}
button:hover,.button:hover{filter:brightness(1.1)}
button.quiet{background:none;border:0;padding:0;min-height:1.5rem;color:var(--accent);font-weight:400;text-align:start;text-decoration:underline}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.button.large{font-size:1.25rem;padding:.875rem 1.75rem}
.actions{margin:1.5rem 0 1rem}
.state{font-weight:600}
.state.good{color:var(--good)}
.hint,footer{font-size:.9375rem}
.hint{margin-top:1rem}
footer{color:var(--soft)}
footer p{margin-bottom:.25rem}
footer form{display:inline}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin-top:1rem}
nav *{display:inline-block;min-height:1.5rem}
nav span{color:var(--text);font-weight:600}
form>.actions:last-child{margin-bottom:0}
code{font-family:ui-monospace,Consolas,monospace;color:var(--text)}
@media(max-width:36rem){body>header{padding:1.25rem 1.25rem 0}main,header+main{margin-top:0;border-width:0 0 1px;border-radius:0;padding:1.5rem 1.25rem}footer{padding:1.25rem}}
@media(prefers-reduced-motion:no-preference){.button,button{transition:filter .1s}}
@media print{main{border:0;margin-top:0}body,main{background:none}.actions,footer div,nav,summary{display:none}}
`;
