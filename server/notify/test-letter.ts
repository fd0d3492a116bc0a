/** The test that admins and staff send to see that messages arrive. */
import type { Letter } from "./letter/letter.ts";

export function testLetter(publicUrl: string, words: { where: string; isDaily?: boolean }): Letter {
  const heading = words.isDaily ? "Daily test of this channel" : "Test message from Marketdesk";
  return {
    language: "en",
    direction: "ltr",
    subject: heading,
    preheader: "Messages arrive here.",
    sender: "Marketdesk",
    accent: null,
    heading,
    paragraphs: [
      words.isDaily
        ? "No message was sent here for a day. This test shows that messages still arrive."
        : `Messages to ${words.where} arrive here. You do not need to do anything.`,
    ],
    facts: [],
    items: [],
    button: { label: "Open Marketdesk", href: `${publicUrl}/` },
    footer: {
      text: "Admins choose in Marketdesk which messages this channel gets.",
      links: [{ label: "Open channels", href: `${publicUrl}/settings/channels` }],
    },
  };
}
