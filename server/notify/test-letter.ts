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
        ? "Nothing was sent here for a day. This test shows that messages still arrive."
        : `Messages to ${words.where} arrive here. Nothing is left to do.`,
    ],
    facts: [],
    items: [],
    button: { label: "Open Marketdesk", href: `${publicUrl}/` },
    footer: {
      text: "Admins choose in Marketdesk what is sent here.",
      links: [{ label: "Open channels", href: `${publicUrl}/settings/channels` }],
    },
  };
}
