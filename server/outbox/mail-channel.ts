/** Messages by email: notices to staff and emails to purchasers, built when they are sent. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { type Channel, notSent, requireClaim, type Sent } from "./channel.ts";
import type { Mail, MailServer } from "./mail-server.ts";

/** `obsolete`: the email no longer applies. `no-address`: there is no address to send it to. */
export type ComposedMail = Omit<Mail, "id"> | "obsolete" | "no-address";

export type MailChannelOptions = {
  /** Null: no mail server is set. */
  server: Pick<MailServer, "send"> | null;
  compose: (message: ClaimedMessage) => Promise<ComposedMail>;
  /** Called after the mail server has accepted or finally refused the email; retried for a while if it fails. */
  onSent: (message: ClaimedMessage, sent: Sent) => Promise<void>;
  log: Logger;
};

const maxReportAttempts = 8;
const reportRetryMs = 250;

export function createMailChannel({ server, compose, onSent, log }: MailChannelOptions): Channel {
  /** Does not throw: an error here would count as a failure of the email, which would then be sent again. */
  async function reportSent(message: ClaimedMessage, sent: Sent): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await onSent(message, sent);
      } catch (error) {
        if (attempt === maxReportAttempts) {
          return log.warn(
            { err: error, messageId: message.messageId },
            "an email that was sent is not on the timeline",
          );
        }
        await sleep(reportRetryMs);
      }
    }
  }

  return {
    async send(message): Promise<Sent> {
      if (server === null) return notSent("No mail server is configured.");
      const mail = await compose(message);
      if (mail === "obsolete") return { ...notSent("It was resolved before the message was sent."), isObsolete: true };
      if (mail === "no-address") return { ...notSent("There is no address to send it to."), isFinal: true };
      requireClaim(message);
      const sent = await server.send({ id: message.messageId, ...mail });
      if (sent.outcome === "delivered" || sent.isFinal) await reportSent(message, sent);
      return sent;
    },
  };
}
