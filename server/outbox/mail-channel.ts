/** Messages by mail: notices to staff and mails to purchasers, built when they are sent. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import type { Channel, Sent } from "./channel.ts";
import type { Mail, MailServer } from "./mail-server.ts";

/** `over`: the mail is no longer true. `no-address`: there is no address to send it to. */
export type ComposedMail = Omit<Mail, "id"> | "over" | "no-address";

export type MailChannelOptions = {
  /** Null: no mail server is set. */
  server: Pick<MailServer, "send"> | null;
  compose: (message: ClaimedMessage) => Promise<ComposedMail>;
  /** Called after the mail server has taken or finally refused it; repeated for a while if it fails. */
  onSent: (message: ClaimedMessage, sent: Sent) => Promise<void>;
  log: Logger;
};

const maxNoteTries = 8;
const noteRetryMs = 250;

export function createMailChannel({ server, compose, onSent, log }: MailChannelOptions): Channel {
  /** An error here must not count as one of the mail, which would be sent again. */
  async function note(message: ClaimedMessage, sent: Sent): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await onSent(message, sent);
      } catch (error) {
        if (tries === maxNoteTries) {
          return log.warn({ err: error, messageId: message.messageId }, "a mail that was sent is not on the timeline");
        }
        await sleep(noteRetryMs);
      }
    }
  }

  return {
    async send(message): Promise<Sent> {
      if (server === null) return notSent("No mail server is configured.");
      const mail = await compose(message);
      if (mail === "over") return { ...notSent("It was resolved before the message was sent."), isOver: true };
      if (mail === "no-address") return { ...notSent("There is no address to send it to."), isFinal: true };
      const sent = await server.send({ id: message.messageId, ...mail });
      if (sent.outcome === "delivered" || sent.isFinal) await note(message, sent);
      return sent;
    },
  };
}

function notSent(problem: string): Sent {
  return {
    outcome: "refused",
    durationMs: 0,
    status: null,
    problem,
    request: null,
    answer: null,
    retryAfterMs: null,
    isGone: false,
    isFinal: false,
  };
}
