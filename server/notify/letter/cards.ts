/** A letter as an Adaptive Card for Teams and as blocks for Slack. Both escape what would be markup. */
import type { Letter, LetterItem, LetterLink } from "./letter.ts";

/** Teams refuses messages above 28 kB; what is left out is counted in the card. */
const maxCardBytes = 24_000;

type Element = Record<string, unknown>;

/** The body of a post to a Workflow that starts "when a Teams webhook request is received" (Adaptive Card 1.5). */
export function teamsMessageOf(letter: Letter): object {
  for (let shown = letter.items.length; ; shown -= 1) {
    const message = teamsMessage(letter, shown);
    if (shown === 0 || Buffer.byteLength(JSON.stringify(message)) <= maxCardBytes) return message;
  }
}

function teamsMessage(letter: Letter, shown: number): object {
  const hidden = letter.items.length - shown;
  const body: Element[] = [
    text(letter.heading, { size: "large", weight: "bolder" }),
    ...letter.paragraphs.map((paragraph) => text(paragraph)),
    ...factSet(letter.facts),
    ...letter.items.slice(0, shown).map(itemContainer),
    ...(hidden > 0 ? [text(`${hidden} more in Marketdesk.`, { isSubtle: true })] : []),
    text(letter.footer.text, { isSubtle: true, size: "small" }),
  ];
  const content = {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    body,
    ...(letter.button ? { actions: [openUrl(letter.button)] } : {}),
    msteams: { width: "Full" },
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content }],
  };
}

function itemContainer({ title, facts, text: words, links, isUrgent }: LetterItem): Element {
  return {
    type: "Container",
    separator: true,
    items: [
      text(title, { weight: "bolder", ...(isUrgent ? { color: "attention" } : {}) }),
      ...factSet(facts),
      text(words),
      ...(links.length > 0 ? [{ type: "ActionSet", actions: links.map(openUrl) }] : []),
    ],
  };
}

const text = (words: string, look: Element = {}): Element => ({
  type: "TextBlock",
  text: escapeMarkdown(words),
  wrap: true,
  ...look,
});

const factSet = (facts: Letter["facts"]): Element[] =>
  facts.length === 0
    ? []
    : [
        {
          type: "FactSet",
          facts: facts.map(({ label, value }) => ({ title: label, value: escapeMarkdown(value) })),
        },
      ];

const openUrl = ({ label, href }: LetterLink): Element => ({ type: "Action.OpenUrl", title: label, url: href });

/** Text blocks understand a part of Markdown: names of customers must not become links. */
function escapeMarkdown(words: string): string {
  return words.replaceAll(/[\\`*_[\]()#~]/g, String.raw`\$&`);
}

/** Slack takes at most 50 blocks; each item has up to four. */
const maxSlackItems = 10;
const maxSectionCharacters = 2_900;
const maxHeaderCharacters = 150;
const maxTitleCharacters = 600;

/** The body of a post to an incoming webhook. */
export function slackMessageOf(letter: Letter): object {
  const hidden = letter.items.length - Math.min(letter.items.length, maxSlackItems);
  const blocks: Element[] = [
    { type: "header", text: { type: "plain_text", text: cut(letter.heading, maxHeaderCharacters) } },
    ...letter.paragraphs.map(section),
    ...letter.facts.map(({ label, value }) => section(`${label}: ${value}`)),
    ...letter.items.slice(0, maxSlackItems).flatMap(slackItem),
    ...(hidden > 0 ? [section(`${hidden} more in Marketdesk.`)] : []),
    ...(letter.button ? [{ type: "actions", elements: [slackButton(letter.button)] }] : []),
    { type: "context", elements: [mrkdwn(slackText(letter.footer.text, maxSectionCharacters))] },
  ];
  return { text: escapeSlack(letter.subject), blocks };
}

function slackItem({ title, facts, text: words, links }: LetterItem): Element[] {
  const known = facts.map(({ label, value }) => `${label}: ${value}`).join("\n");
  const body = [known, words].filter((part) => part !== "").join("\n");
  const heading = `*${slackText(title, maxTitleCharacters).replaceAll("*", "∗")}*`;
  return [
    { type: "divider" },
    mrkdwnSection(`${heading}\n${slackText(body, maxSectionCharacters - heading.length)}`),
    ...(links.length > 0 ? [{ type: "actions", elements: links.map(slackButton) }] : []),
  ];
}

const section = (words: string): Element => mrkdwnSection(slackText(words, maxSectionCharacters));

/** Verbatim: an address in the name of a customer must not become a link. */
const mrkdwn = (text: string): Element => ({ type: "mrkdwn", text, verbatim: true });
const mrkdwnSection = (text: string): Element => ({ type: "section", text: mrkdwn(text) });

const slackButton = ({ label, href }: LetterLink): Element => ({
  type: "button",
  text: { type: "plain_text", text: label },
  url: href,
});

/** Of `&amp;`. */
const maxEscapeLength = 5;

/** https://docs.slack.dev/messaging/formatting-message-text, "Escaping text". */
function escapeSlack(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Escaped text of at most this many characters; the end of what is longer is cut off before it is escaped. */
function slackText(words: string, max: number): string {
  let text = words;
  for (let escaped = escapeSlack(text); ; escaped = escapeSlack(text)) {
    if (escaped.length <= max) return escaped;
    text = cut(words, text.length - Math.max(1, Math.ceil((escaped.length - max) / maxEscapeLength)));
  }
}

function cut(words: string, max: number): string {
  return words.length <= max
    ? words
    : `${words
        .slice(0, max - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`;
}
