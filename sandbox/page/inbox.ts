/** The inbox: all emails, cards and notifications that Marketdesk has sent, as people see them. */
import { html, raw } from "hono/html";
import type { AdaptiveCard, CardElement } from "../inbox/adaptive-card.ts";
import {
  inboxModes,
  type InboxMode,
  type ReceivedMail,
  type ReceivedMessage,
  type ReceivedPush,
} from "../inbox/inbox.ts";
import type { SlackBlock } from "../inbox/slack-message.ts";
import type { World } from "../world.ts";
import { badge, type Html, pager, when } from "./layout.ts";

const pageSize = 25;
const kindNames = { mail: "Email", teams: "Teams", slack: "Slack", push: "Notification" };

const modeNames: Record<InboxMode, string> = {
  accept: "Accept everything",
  defer: "Ask to try again later",
  reject: "Reject everything",
  gone: "Answer that the address is gone",
  down: "Be unavailable",
};

export function inboxView(world: World, page: number): Html {
  const { inbox } = world;
  const messages = inbox.list();
  const shown = messages.slice((page - 1) * pageSize, page * pageSize);
  return html`<h1>Inbox</h1>
    <p>
      Emails, cards and browser notifications that Marketdesk has sent. Nothing is delivered outside the sandbox. To
      post cards here, add a channel in Marketdesk with one of these addresses; for notifications, add the sandbox's
      browser under Settings, Notifications:
    </p>
    <ul>
      <li>Teams: <code>${world.url}/hooks/teams/sales</code></li>
      <li>Slack: <code>${world.url}/hooks/slack/sales</code></li>
    </ul>
    <div class="row">
      <form method="post" action="/page/inbox/mode" class="row">
        <label
          >Mail server, Teams, Slack and push service
          <select name="mode">
            ${inboxModes.map((mode) => html`<option value="${mode}" ${mode === inbox.mode() ? raw("selected") : ""}>${modeNames[mode]}</option>`)}
          </select></label
        >
        <button>Set</button>
      </form>
      <form method="post" action="/page/inbox/clear"><button>Empty inbox</button></form>
    </div>
    <div id="inbox" data-live>
      ${
        shown.length === 0
          ? html`<p class="muted">No messages yet. When you buy and activate an offer, the purchaser gets emails.</p>`
          : html`<div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Kind</th>
                    <th>To</th>
                    <th>Subject</th>
                    <th>Received</th>
                  </tr>
                </thead>
                <tbody>
                  ${shown.map((message) => row(world, message))}
                </tbody>
              </table>
            </div>`
      }
      ${pager("/inbox", {}, page, pageSize, messages.length)}
    </div>`;
}

function row(world: World, { id, kind, to, subject, at }: ReceivedMessage): Html {
  return html`<tr>
    <td data-label="Kind"><div>${badge(kindNames[kind])}</div></td>
    <td data-label="To"><div>${to}</div></td>
    <td data-label="Subject">
      <div><a href="/inbox/${id}">${subject}</a></div>
    </td>
    <td data-label="Received"><div>${when(world, at)}</div></td>
  </tr>`;
}

export function messageView(world: World, message: ReceivedMessage): Html {
  return html`<p><a href="/inbox">Inbox</a></p>
    <h1>${message.subject}</h1>
    <dl class="facts">
      <div>
        <dt>Kind</dt>
        <dd>${kindNames[message.kind]}</dd>
      </div>
      ${
        message.kind === "mail"
          ? html`<div>
              <dt>From</dt>
              <dd>${message.from}</dd>
            </div>`
          : ""
      }
      <div>
        <dt>To</dt>
        <dd>${message.to}</dd>
      </div>
      <div>
        <dt>Received</dt>
        <dd>${when(world, message.at)}</dd>
      </div>
    </dl>
    ${bodyOf(world, message)}`;
}

function bodyOf(world: World, message: ReceivedMessage): Html {
  switch (message.kind) {
    case "mail":
      return mailBody(message);
    case "teams":
      return cardBody(message.card);
    case "slack":
      return slackBody(message.blocks);
    case "push":
      return notificationBody(world, message.notification);
  }
}

function notificationBody(world: World, { title, body, path }: ReceivedPush["notification"]): Html {
  return html`<div class="card sent-card">
    <p><strong>${title}</strong></p>
    ${body.split("\n").map((line) => html`<p>${line}</p>`)}
    <p class="row">${buttonLink("Open", new URL(path, world.landingUrl).href)}</p>
  </div>`;
}

/** The email in a frame without scripts. Its links open in a new tab. */
function mailBody({ id, text, headers }: ReceivedMail & { id: string }): Html {
  return html`<iframe
      class="mail"
      title="The email"
      src="/inbox/${id}/html"
      sandbox="allow-popups allow-popups-to-escape-sandbox allow-same-origin"
      onload="this.style.height = this.contentDocument.documentElement.scrollHeight + 'px'"
    ></iframe>
    <details>
      <summary>Plain text</summary>
      <pre>${text}</pre>
    </details>
    <details>
      <summary>Headers</summary>
      <pre>${headers.map(({ name, value }) => `${name}: ${value}`).join("\n")}</pre>
    </details>`;
}

function cardBody({ body, actions = [] }: AdaptiveCard): Html {
  return html`<div class="card sent-card">
    ${body.map(cardElement)}
    ${actions.length > 0 ? html`<p class="row">${actions.map(({ title, url }) => buttonLink(title, url))}</p>` : ""}
  </div>`;
}

function cardElement(element: CardElement): Html {
  switch (element.type) {
    case "Container":
      return html`<div class="${element.separator ? "separated" : ""}">${element.items.map(cardElement)}</div>`;
    case "TextBlock":
      return html`<p class="${element.isSubtle ? "muted" : ""}">
        ${element.weight === "bolder" ? html`<strong>${markdown(element.text)}</strong>` : markdown(element.text)}
      </p>`;
    case "FactSet":
      return html`<dl class="facts">
        ${element.facts.map(
          ({ title, value }) =>
            html`<div>
              <dt>${title}</dt>
              <dd>${markdown(value)}</dd>
            </div>`,
        )}
      </dl>`;
    case "ActionSet":
      return html`<p class="row">${element.actions.map(({ title, url }) => buttonLink(title, url))}</p>`;
  }
}

function slackBody(blocks: SlackBlock[]): Html {
  return html`<div class="card sent-card">${blocks.map(slackBlock)}</div>`;
}

function slackBlock(block: SlackBlock): Html {
  switch (block.type) {
    case "header":
      return html`<p><strong>${block.text.text}</strong></p>`;
    case "section":
      return html`<p class="lines">${mrkdwn(block.text.text)}</p>`;
    case "context":
      return html`<p class="muted small">${block.elements.map(({ text }) => mrkdwn(text))}</p>`;
    case "divider":
      return html`<hr />`;
    case "actions":
      return html`<p class="row">${block.elements.map(({ text, url }) => buttonLink(text.text, url))}</p>`;
  }
}

function buttonLink(title: string, url: string): Html {
  return html`<a class="button" href="${url}" target="_blank" rel="noopener">${title}</a>`;
}

/** Removes the escapes of Markdown, which Teams does not show. */
function markdown(text: string): string {
  return text.replaceAll(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, "$1");
}

/** Shows Slack's bold text, links and escapes. */
function mrkdwn(text: string): Html {
  const parts = text.split(/(\*[^*\n]+\*|<https?:[^|>]+\|[^>]+>)/);
  return html`${parts.map((part) => {
    const link = /^<(https?:[^|>]+)\|([^>]+)>$/.exec(part);
    if (link)
      return html`<a href="${unescaped(link[1] ?? "")}" target="_blank" rel="noopener">${unescaped(link[2] ?? "")}</a>`;
    return /^\*[^*]+\*$/.test(part) ? html`<strong>${unescaped(part.slice(1, -1))}</strong>` : unescaped(part);
  })}`;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
