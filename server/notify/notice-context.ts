/** What all letters to staff need and share. */
import type { Database } from "../database/connection/database.ts";
import type { NoticeLinks } from "./notice-link.ts";

export type NoticeContext = {
  db: Database;
  now: () => Date;
  publicUrl: string;
  links: NoticeLinks;
};

/** Sender and footer of a letter to a person or a channel. */
export function frame({ publicUrl }: NoticeContext, target: string) {
  const isPersonal = target.includes(":");
  return {
    language: "en",
    direction: "ltr" as const,
    sender: "Marketdesk",
    accent: null,
    facts: [],
    footer: isPersonal
      ? {
          text: "You get this because of your notification settings in Marketdesk.",
          links: [{ label: "Change notifications", href: `${publicUrl}/settings/notifications` }],
        }
      : {
          text: "Admins choose in Marketdesk which messages this channel gets.",
          links: [{ label: "Open channels", href: `${publicUrl}/settings/channels` }],
        },
  };
}

/** `Dec 28, 2026, 2:03 PM (Europe/Berlin)`. */
export function instantIn(zone: string, at: Date): string {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  return `${format.format(at)} (${zone})`;
}
