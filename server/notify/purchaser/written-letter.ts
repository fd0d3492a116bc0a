/** Emails that staff write to a customer: the drafts, and the email as it is sent. */
import { eq } from "drizzle-orm";
import type { MailDraftView } from "../../../shared/views/customer-mails.ts";
import { type Language, languages } from "../../../shared/languages.ts";
import { activationWindowDays, suspensionWindowDays } from "../../../shared/lifecycle.ts";
import { startInUtc } from "../../../shared/day.ts";
import { purchaserMailKinds, type PurchaserMailText } from "../../../shared/notifications.ts";
import type { Database } from "../../database/connection/database.ts";
import { readPurchaserMails } from "../../database/queries/purchaser-mails.ts";
import { readBranding } from "../../database/queries/branding.ts";
import { customerMails } from "../../database/schema/customer-mails.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import type { ClaimedMessage } from "../../database/writes/outbox-claims.ts";
import { mailAddressesOf } from "../../domain/customer.ts";
import { fitsTemplate } from "../../domain/mail-templates.ts";
import { fillText, purchaserTexts } from "../../texts/mails/purchaser-mails.ts";
import {
  factsOf,
  purchaseInWords,
  type PurchaserContext,
  purchaserLetter,
  type PurchaserLetter,
} from "./purchaser-letter.ts";

const dayMs = 86_400_000;

/** The email as staff wrote it, in the frame of all emails to purchasers. */
export async function composeWrittenMail(
  { db, publicUrl }: PurchaserContext,
  { messageId, subscriptionId }: Pick<ClaimedMessage, "messageId" | "subscriptionId">,
): Promise<PurchaserLetter> {
  const [found] = await db
    .select({ mail: customerMails, row: subscriptions })
    .from(customerMails)
    .innerJoin(subscriptions, eq(subscriptions.id, customerMails.subscriptionId))
    .where(eq(customerMails.id, messageId));
  if (!found || subscriptionId === null) return "obsolete";
  const { mail, row } = found;
  // The address was erased, or is no longer one of this subscription.
  if (!mailAddressesOf(row).some(({ email }) => email === mail.recipient)) return "no-address";
  const letter = purchaserLetter({
    kind: "active",
    language: mail.language,
    text: { subject: mail.subject, body: mail.body },
    isAsWritten: true,
    branding: await readBranding(db, row.offerId),
    link: { isProduct: false, href: `${publicUrl}/landing/subscriptions/${encodeURIComponent(row.id)}` },
    subscription: (await purchaseInWords(db, row)).subscription,
    deadline: null,
  });
  return { to: mail.recipient, letter };
}

/** Null without such a subscription. */
export async function readMailDraft(
  db: Database,
  subscriptionId: string,
): Promise<Omit<MailDraftView, "sendBlockedReason"> | null> {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, subscriptionId));
  if (!row) return null;
  const [stored, branding, words] = await Promise.all([
    readPurchaserMails(db),
    readBranding(db, row.offerId),
    purchaseInWords(db, row),
  ]);
  const deadline = deadlineOf(row);
  const filled = ({ subject, body }: PurchaserMailText, language: Language): PurchaserMailText => {
    const facts = factsOf({ language, branding, subscription: words.subscription, deadline });
    return { subject: fillText(subject, facts), body: fillText(body, facts) };
  };
  return {
    addresses: mailAddressesOf(row),
    language: words.language,
    templates: purchaserMailKinds
      .filter((kind) => fitsTemplate(kind, row))
      .map((kind) => {
        const own = stored.find((one) => one.kind === kind)?.texts ?? {};
        const textIn = (language: Language) => filled(own[language] ?? purchaserTexts[language].mails[kind], language);
        return {
          kind,
          texts: Object.fromEntries(languages.map((language) => [language, textIn(language)])) as Record<
            Language,
            PurchaserMailText
          >,
        };
      }),
  };
}

/** When Microsoft ends it, or its term ends. */
function deadlineOf(row: typeof subscriptions.$inferSelect): Date | null {
  if (row.status === "Suspended") return new Date(row.statusSince.getTime() + suspensionWindowDays * dayMs);
  if (row.status === "PendingFulfillmentStart")
    return new Date((row.purchasedAt ?? row.createdAt).getTime() + activationWindowDays * dayMs);
  return row.termEndsOn && startInUtc(row.termEndsOn);
}
