/** A page with a single card, such as a sign-in page. */
import { html } from "hono/html";
import type { Html } from "./layout.ts";
import { styles } from "./styles.ts";

/** @param note what the page belongs to, shown below the card */
export function narrowPage(title: string, note: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styles}
      </head>
      <body class="narrow">
        <main class="card">${content}</main>
        <aside class="sandbox-line" aria-label="About this page">${note}</aside>
      </body>
    </html>`;
}
