import type { Language } from "../languages.ts";
import type { PurchaserMailKind, PurchaserMailText } from "../notifications.ts";

/** What an email to the customer of a subscription starts from. */
export type MailDraftView = {
  /** The contact first. */
  addresses: { email: string; role: "contact" | "purchaser" | "beneficiary" }[];
  /** The language in which the purchaser last used the landing page. */
  language: Language;
  /** Why Marketdesk cannot send it, as a sentence; null if it can. */
  sendBlockedReason: string | null;
  /** With the subscription's facts filled in, in each language. */
  templates: { kind: PurchaserMailKind; texts: Record<Language, PurchaserMailText> }[];
};
