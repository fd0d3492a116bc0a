/** The frame of the sandbox's pages and the small pieces that they share. */
import { isolated } from "../../shared/foreign-text.ts";
import { html, raw } from "hono/html";
import { styles } from "./styles.ts";
import type { World } from "../world.ts";

export type Html = ReturnType<typeof html>;

const views = [
  ["/", "Subscriptions"],
  ["/operations", "Operations"],
  ["/webhooks", "Webhooks"],
  ["/usage", "Usage"],
  ["/calls", "Calls"],
  ["/inbox", "Inbox"],
  ["/conditions", "Conditions"],
  ["/rehearsal", "Rehearsal"],
] as const;

// Live updates: replaces the marked parts when the state has changed, except while someone uses one of them.
const liveScript = raw(`<script>
let seen = document.body.dataset.version;
async function follow() {
  try {
    const version = await (await fetch("/page/version")).text();
    if (version === seen) return;
    const next = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      if (part.contains(document.activeElement) || part.querySelector("details[open]")) return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(part.id);
      if (fresh) part.replaceWith(fresh);
    }
    seen = version;
  } catch { /* The sandbox does not respond; the next interval tries again. */ }
}
setInterval(follow, 1500);
</script>`);

/** A message after an action. The next page shows it while its address names the notice. */
export type Notice = { text: string; isBad: boolean; link?: { href: string; text: string } };

type Frame = { title: string; current: string; notice: Notice | undefined };

export function layout(world: World, { title, current, notice }: Frame, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${isolated(title)} · Marketplace sandbox</title>
        ${styles}
      </head>
      <body data-version="${world.version()}">
        <a class="skip" href="#content">Skip to content</a>
        <aside class="sandbox-line" aria-label="About this page">
          Sandbox of Microsoft’s marketplace and Entra. Nothing is purchased, billed or sent to Microsoft.
        </aside>
        <header class="top">
          <div>
            <a class="brand" href="/">Marketplace sandbox</a>
            <nav aria-label="Views">
              ${views.map(([href, name]) => html`<a href="${href}" ${href === current ? raw('aria-current="page"') : ""}>${name}</a>`)}
            </nav>
            <span class="clock" id="clock" data-live>Microsoft’s clock: ${instantText(world.now())}</span>
          </div>
        </header>
        <main class="wrap" id="content">${notice ? noticeBox(notice) : ""}${content}</main>
        ${liveScript}
      </body>
    </html>`;
}

function noticeBox({ text, isBad, link }: Notice): Html {
  return html`<div class="card notice ${isBad ? "bad" : ""}" role="${isBad ? "alert" : "status"}">
    <p>${text}</p>
    ${link ? html`<a class="button main" href="${link.href}" target="_blank" rel="noopener">${link.text}</a>` : ""}
  </div>`;
}

/** `2026-11-23 01:03:21`, UTC. */
export function instantText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const steps: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** A relative time with the exact instant as its tooltip. */
export function when(world: World, at: number | null): Html {
  if (at === null) return html`<span class="muted">–</span>`;
  const distance = at - world.now();
  const [unit, ms] = steps.find(([, length]) => Math.abs(distance) >= length) ?? ["second", 1000];
  const text = relative.format(Math.round(distance / ms), unit);
  return html`<time datetime="${new Date(at).toISOString()}" title="${instantText(at)}">${text}</time>`;
}

export function dayText(at: number | null): string {
  return at === null ? "–" : new Date(at).toISOString().slice(0, 10);
}

const tones: Record<string, string> = {
  Subscribed: "good",
  Succeeded: "good",
  delivered: "good",
  passed: "good",
  Suspended: "bad",
  Failed: "bad",
  failed: "bad",
  broken: "bad",
  refused: "bad",
  "given up": "bad",
  PendingFulfillmentStart: "warn",
  InProgress: "warn",
  waiting: "warn",
  Conflict: "warn",
};

export function badge(word: string): Html {
  return html`<span class="badge ${tones[word] ?? "neutral"}">${word}</span>`;
}

/** Links to the previous and next page of a list; keeps the other parameters. */
export function pager(path: string, query: Record<string, string>, page: number, size: number, total: number): Html {
  if (total <= size) return html``;
  const link = (target: number, text: string) =>
    html`<a class="button" href="${path}?${new URLSearchParams({ ...query, page: String(target) }).toString()}"
      >${text}</a
    >`;
  const last = Math.ceil(total / size);
  return html`<div class="pager">
    <span>${page > 1 ? link(page - 1, "Previous page") : ""}</span>
    <span class="muted small">Page ${page} of ${last} (${total.toLocaleString("en-US")} in total)</span>
    <span>${page < last ? link(page + 1, "Next page") : ""}</span>
  </div>`;
}
