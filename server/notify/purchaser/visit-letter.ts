/** The email to someone whose visit had to wait: Microsoft responds again. */
import { eq } from "drizzle-orm";
import { defaultLanguage, isLanguage } from "../../../shared/languages.ts";
import { readBranding } from "../../database/queries/branding.ts";
import { awaitedVisits } from "../../database/schema/awaited-visits.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { purchaserTexts } from "../../texts/mails/purchaser-mails.ts";
import type { PurchaserContext, PurchaserLetter } from "./purchaser-letter.ts";
import { unsealVisit } from "../../outbox/kept-visits.ts";

/** Contains nothing about the purchase, which only its owner may see after signing in. */
export async function composeVisitMail(
  { db, publicUrl, now, secret }: PurchaserContext & { secret: string },
  visitId: string,
): Promise<PurchaserLetter> {
  const [row] = await db
    .select({ visit: awaitedVisits.visit, language: awaitedVisits.language, subscription: subscriptions })
    .from(awaitedVisits)
    .innerJoin(subscriptions, eq(subscriptions.id, awaitedVisits.subscriptionId))
    .where(eq(awaitedVisits.id, visitId));
  // The visitor has continued without the email, or nothing is left to continue. An active subscription is no reason: Microsoft
  // may have activated it automatically, or its customer wants to change something.
  if (!row || row.subscription.status === "Unsubscribed") return "obsolete";
  const kept = await unsealVisit(secret, row.visit, now());
  if (kept === null) return "no-address";
  const language = isLanguage(row.language) ? row.language : defaultLanguage;
  const { visit: texts, labels } = purchaserTexts[language];
  const branding = await readBranding(db, null);
  const { direction } = new Intl.Locale(language).getTextInfo();
  const support = [
    ...(branding.supportUrl ? [{ label: labels.contact, href: branding.supportUrl }] : []),
    ...(branding.supportEmail ? [{ label: branding.supportEmail, href: `mailto:${branding.supportEmail}` }] : []),
  ];
  return {
    to: kept.email,
    letter: {
      language,
      direction: direction === "rtl" ? "rtl" : "ltr",
      subject: texts.subject,
      preheader: texts.body,
      sender: branding.publisherName || "Marketdesk",
      accent: /^#[0-9a-f]{6}$/i.test(branding.accent) ? branding.accent : null,
      heading: texts.subject,
      paragraphs: [texts.body],
      facts: [],
      items: [],
      button: {
        label: texts.button,
        href: `${publicUrl}/landing/subscriptions/${encodeURIComponent(row.subscription.id)}`,
      },
      footer: { text: texts.footer, links: support },
    },
  };
}
