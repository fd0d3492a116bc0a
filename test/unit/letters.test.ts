import { describe, expect, test } from "vitest";
import { teamsPost } from "../../sandbox/inbox/adaptive-card.ts";
import { slackPost } from "../../sandbox/inbox/slack-message.ts";
import { isNoticeDue, isQuiet } from "../../server/domain/notification-times.ts";
import { slackMessageOf, teamsMessageOf } from "../../server/notify/letter/cards.ts";
import type { Letter } from "../../server/notify/letter/letter.ts";
import { mailOf } from "../../server/notify/letter/mail.ts";
import { createNoticeLinks } from "../../server/notify/notice-link.ts";
import { fillText, purchaserTexts } from "../../server/texts/mails/purchaser-mails.ts";
import { languages } from "../../shared/languages.ts";
import { purchaserMailKinds } from "../../shared/notifications.ts";

const item = (index: number) => ({
  title: `Need ${index} of <Fabrikam> & "Sons" *bold* [link](https://evil.example)`,
  facts: [{ label: "Customer", value: "Fabrikam <x>" }],
  text: "The rule.\nIts second line.",
  links: [{ label: "Open", href: `https://desk.example/subscriptions/${index}?a=1&b=2` }],
  isUrgent: index === 0,
});

const letter = (items: number): Letter => ({
  language: "en",
  direction: "ltr",
  subject: "Subject <s>",
  preheader: "Before & after",
  sender: "Contoso",
  accent: null,
  heading: "Heading <script>",
  paragraphs: ["First", "Second"],
  facts: [{ label: "Plan", value: "Team" }],
  items: Array.from({ length: items }, (_, index) => item(index)),
  button: { label: "Open", href: "https://desk.example/" },
  footer: { text: "Why you get this.", links: [{ label: "Change", href: "https://desk.example/settings" }] },
});

describe("a letter", () => {
  test("as HTML escapes everything that others wrote and breaks no attribute", async () => {
    const { html } = await mailOf(letter(2));
    expect(html).not.toMatch(/<script|<s>|<Fabrikam>|<x>/);
    expect(html).toContain("a=1&amp;b=2");
    // Each style attribute ends where it was meant to: with a value, before the end of the tag or another attribute.
    for (const [tag] of html.matchAll(/<(?:p|h1|h2|td|a|table|strong|body|div)\b[^>]*>/g)) {
      expect(tag).toMatch(/^<\w+(?:\s+[\w-]+="[^"]*")*\s*>$/);
    }
    expect(html).toContain('<html lang="en" dir="ltr">');
    expect(html).toContain("prefers-color-scheme:dark");
  });

  test("as text has all words and addresses", async () => {
    const { text } = await mailOf(letter(1));
    for (const part of [
      "Heading <script>",
      "Need 0",
      "Its second line.",
      "a=1&b=2",
      "Why you get this.",
      "Plan: Team",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("&amp;");
  });

  test.each([0, 1, 10, 400])("with %d needs is a card that Teams takes, within its size", (count) => {
    const message = teamsMessageOf(letter(count));
    expect(teamsPost.safeParse(message).error).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28 * 1024);
    expect(JSON.stringify(message)).not.toContain("[link](https");
  });

  test.each([0, 1, 10, 400])("with %d needs is a message that Slack takes", (count) => {
    const message = slackMessageOf(letter(count));
    expect(slackPost.safeParse(message).error).toBeUndefined();
    expect(JSON.stringify(message)).not.toContain("<Fabrikam>");
  });
});

describe("a message to Slack", () => {
  const posted = (long: Partial<Letter["items"][number]>) =>
    slackMessageOf({ ...letter(0), items: [{ ...item(0), links: [], ...long }] });

  test.each(["&", "<", "*", "𝒳", "x"])("of names of many “%s” is taken, and cut between characters", (character) => {
    const words = character.repeat(5_000);
    const message = posted({ title: words, text: words, facts: [{ label: "Customer", value: words }] });
    expect(slackPost.safeParse(message).error).toBeUndefined();
    expect(JSON.stringify(message)).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(JSON.stringify(message).isWellFormed()).toBe(true);
  });

  test("makes no links of addresses in names", () => {
    const texts = JSON.stringify(posted({ title: "https://evil.example" })).match(/"mrkdwn"[^}]*/g) ?? [];
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect(text).toContain('"verbatim":true');
  });
});

describe("a link of a notice", () => {
  const links = createNoticeLinks("a secret of the tests, as long as secrets must be");
  const id = "01a22000-0000-7000-8000-000000000001";

  test("is read back, and only as it was made", () => {
    const link = links.make(id, 42);
    expect(links.read(link)).toEqual({ noticeId: id, needId: 42 });
    for (const forged of [
      link.replace(".42.", ".43."),
      `${link}x`,
      link.slice(0, -1),
      "",
      `${id}.42.`,
      link.toUpperCase(),
    ]) {
      expect(links.read(forged)).toBeNull();
    }
    expect(createNoticeLinks("another secret of the tests, also long enough").read(link)).toBeNull();
  });
});

describe("the time of a notice", () => {
  const times = { quietHours: { from: "22:00", to: "07:00" }, dailyAt: "08:00", zone: "Europe/Berlin" };

  test("is quiet from evening to morning in the person's zone", () => {
    expect(isQuiet(times, new Date("2026-01-10T21:00:00Z"))).toBe(true);
    expect(isQuiet(times, new Date("2026-01-10T20:59:00Z"))).toBe(false);
    expect(isQuiet(times, new Date("2026-01-10T05:59:00Z"))).toBe(true);
    expect(isQuiet(times, new Date("2026-07-10T05:00:00Z"))).toBe(false);
  });

  test("is daily after the person's time, for what appeared before it", () => {
    const due = (oldest: string, now: string) =>
      isNoticeDue("daily", { ...times, quietHours: null }, { oldestAt: new Date(oldest), lastAt: null }, new Date(now));
    expect(due("2026-01-10T06:00:00Z", "2026-01-10T06:59:00Z")).toBe(false);
    expect(due("2026-01-10T06:00:00Z", "2026-01-10T07:00:00Z")).toBe(true);
    expect(due("2026-01-10T07:30:00Z", "2026-01-11T06:59:00Z")).toBe(false);
    expect(due("2026-01-10T07:30:00Z", "2026-01-11T07:00:00Z")).toBe(true);
  });
});

describe("emails to purchasers", () => {
  const placeholdersOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

  test.each(languages)("have in %s the placeholders of English and all facts filled in", (language) => {
    const facts = { name: "Ada", subscription: "S", plan: "P", publisher: "C", deadline: "D" };
    for (const kind of purchaserMailKinds) {
      const { subject, body } = purchaserTexts[language].mails[kind];
      const english = purchaserTexts.en.mails[kind];
      expect([...new Set(placeholdersOf(body))]).toEqual([...new Set(placeholdersOf(english.body))]);
      expect(placeholdersOf(subject)).toEqual(placeholdersOf(english.subject));
      expect(fillText(`${subject}${body}`, facts)).not.toMatch(/[{}]/);
    }
  });
});
