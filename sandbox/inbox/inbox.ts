/** What Marketdesk has sent to people: emails, cards and notifications, in memory. */
import { randomUUID } from "node:crypto";
import type { AdaptiveCard } from "./adaptive-card.ts";
import type { ShownNotification } from "./notification.ts";
import type { SlackBlock } from "./slack-message.ts";

export type ReceivedMail = {
  kind: "mail";
  messageId: string;
  from: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: { name: string; value: string }[];
};
export type ReceivedCard = { kind: "teams"; to: string; subject: string; card: AdaptiveCard };
export type ReceivedBlocks = { kind: "slack"; to: string; subject: string; blocks: SlackBlock[] };
export type ReceivedPush = { kind: "push"; to: string; subject: string; notification: ShownNotification };
type Content = ReceivedMail | ReceivedCard | ReceivedBlocks | ReceivedPush;
export type ReceivedMessage = Content & { id: string; at: number };

/**
 * How the mail server, Graph's sendMail, the addresses of Teams and Slack and the push service behave. `defer`: ask to try again
 * later. `reject`: refuse. `gone`: like a removed address. `down`: no answer.
 */
export const inboxModes = ["accept", "defer", "reject", "gone", "down"] as const;
export type InboxMode = (typeof inboxModes)[number];

/** Older messages are dropped. */
const maxMessages = 200;

export type Inbox = ReturnType<typeof createInbox>;

export function createInbox(options: { now: () => number; onChange: () => void }) {
  let messages: ReceivedMessage[] = [];
  let mode: InboxMode = "accept";
  return {
    add(content: Content): void {
      messages = [{ ...content, id: randomUUID().slice(0, 8), at: options.now() }, ...messages].slice(0, maxMessages);
      options.onChange();
    },
    /** The newest first. */
    list: (): readonly ReceivedMessage[] => messages,
    find: (id: string): ReceivedMessage | null => messages.find((message) => message.id === id) ?? null,
    clear(): void {
      messages = [];
      options.onChange();
    },
    mode: () => mode,
    setMode(next: InboxMode): void {
      mode = next;
      options.onChange();
    },
  };
}
