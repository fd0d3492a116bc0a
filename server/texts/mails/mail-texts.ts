/** What a language must have to be complete. */
import type { PurchaserMailKind, PurchaserMailText } from "../../../shared/notifications.ts";

export type MailTexts = {
  /** Labels of facts and links. */
  labels: {
    subscription: string;
    plan: string;
    seats: string;
    supportCode: string;
    open: string;
    manage: string;
    contact: string;
    footer: string;
  };
  /** To a visitor who came while Microsoft did not respond. */
  visit: { subject: string; body: string; button: string; footer: string };
  mails: Record<PurchaserMailKind, PurchaserMailText>;
};
