/** The email to a purchaser, from the subscription's state when it is sent. */
import { sql } from "drizzle-orm";
import { defaultLanguage, isLanguage, type Language } from "../../../shared/languages.ts";
import { isolated } from "../../../shared/foreign-text.ts";
import { type PurchaserMailKind, purchaserMailKinds, type PurchaserMailTexts } from "../../../shared/notifications.ts";
import type { Database } from "../../database/connection/database.ts";
import { destinationOf } from "../../database/queries/destinations.ts";
import { readBranding } from "../../database/queries/branding.ts";
import { purchaserMails } from "../../database/schema/notices.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import type { ClaimedMessage } from "../../database/writes/outbox-claims.ts";
import { supportCodeOf } from "../../domain/support-code.ts";
import type { Letter, LetterLink } from "../letter/letter.ts";
import { fillText, type PurchaserFacts, purchaserTexts } from "../../texts/mails/purchaser-mails.ts";

export type PurchaserContext = { db: Database; publicUrl: string; now: () => Date };

/** `obsolete`: the email is no longer true. `no-address`: the subscription has no address. */
export type PurchaserLetter = { letter: Letter; to: string } | "obsolete" | "no-address";

type Subscription = typeof subscriptions.$inferSelect;

/** What must still be true; `failed` and `lapsing` also require their need to be open. */
const isStillSo: Record<PurchaserMailKind, (row: Subscription) => boolean> = {
  received: ({ status, activationAskedAt }) => status === "PendingFulfillmentStart" && activationAskedAt === null,
  waiting: ({ status, activationAskedAt }) => status === "PendingFulfillmentStart" && activationAskedAt !== null,
  active: ({ status }) => status === "Subscribed",
  payment_failed: ({ status }) => status === "Suspended",
  failed: ({ status }) => status === "PendingFulfillmentStart" || status === "Unsubscribed",
  lapsing: ({ status }) => status === "PendingFulfillmentStart" || status === "Suspended",
  // Only staff write these.
  trial_ends: () => false,
  term_ends: () => false,
};

export async function composePurchaserMail(
  { db, publicUrl }: PurchaserContext,
  { type, about, subscriptionId }: Pick<ClaimedMessage, "type" | "about" | "subscriptionId">,
): Promise<PurchaserLetter> {
  const kind = purchaserMailKinds.find((one) => type === `purchaser.${one}`);
  const [row] =
    subscriptionId === null || !kind
      ? []
      : await db
          .select()
          .from(subscriptions)
          .where(sql`${subscriptions.id} = ${subscriptionId}`);
  if (!kind || !row || !isStillSo[kind](row)) return "obsolete";
  const isOfNeed = kind === "failed" || kind === "lapsing";
  const need = isOfNeed ? await readOpenNeed(db, Number(about.split(" ")[1])) : null;
  if (isOfNeed && need === null) return "obsolete";
  const [setting] = await db
    .select()
    .from(purchaserMails)
    .where(sql`${purchaserMails.kind} = ${kind}`);
  if (setting?.isEnabled === false) return "obsolete";
  const to = row.contactEmail || row.purchaserEmail || row.beneficiaryEmail;
  if (!to) return "no-address";
  return { to, letter: await letterOf(db, publicUrl, kind, row, setting?.texts ?? {}, need?.deadline ?? null) };
}

async function readOpenNeed(db: Database, id: number): Promise<{ deadline: Date | null } | null> {
  if (!Number.isSafeInteger(id)) return null;
  const { rows } = await db.execute<{ deadline: string | null }>(
    sql`select deadline from seen_needs where id = ${id} and ended_at is null`,
  );
  const [row] = rows;
  return row ? { deadline: row.deadline === null ? null : new Date(row.deadline) } : null;
}

async function letterOf(
  db: Database,
  publicUrl: string,
  kind: PurchaserMailKind,
  row: Subscription,
  texts: PurchaserMailTexts,
  deadline: Date | null,
): Promise<Letter> {
  const { language, subscription } = await purchaseInWords(db, row);
  const page = `${publicUrl}/landing/subscriptions/${encodeURIComponent(row.id)}`;
  const hasProduct = kind === "active" && (await destinationOf(db, row))?.isAllowed === true;
  return purchaserLetter({
    kind,
    language,
    text: texts[language] ?? null,
    branding: await readBranding(db, row.offerId),
    link: { isProduct: hasProduct, href: hasProduct ? `${page}/open` : page },
    subscription,
    deadline,
  });
}

/** The purchaser's language, and what an email says about the subscription. */
export async function purchaseInWords(
  db: Database,
  row: Subscription,
): Promise<{ language: Language; subscription: PurchaserLetterInput["subscription"] }> {
  const { rows } = await db.execute<{ offer: string | null; plan: string | null; language: string | null }>(sql`
    select (select language from purchaser_languages where subscription_id = ${row.id}) as language,
      (select name from offers where offer_id = ${row.offerId}) as offer,
      (select name from plans where offer_id = ${row.offerId} and plan_id = ${row.planId}) as plan`);
  const names = { offer: rows[0]?.offer ?? null, plan: rows[0]?.plan ?? row.planId };
  const stored = rows[0]?.language;
  const language = isLanguage(stored) ? stored : defaultLanguage;
  return {
    language,
    subscription: {
      name: row.name,
      plan: names.offer === null ? names.plan : `${names.offer} (${names.plan})`,
      seats: row.quantity,
      contactName: row.contactName,
      supportCode: supportCodeOf(row.id),
    },
  };
}

export type PurchaserLetterInput = {
  kind: PurchaserMailKind;
  language: Language;
  /** The admin's text, or that of staff; null: ours. */
  text: { subject: string; body: string } | null;
  /** The text is final: braces in it, or in a name that it contains, are not placeholders. */
  isAsWritten?: boolean;
  branding: { publisherName: string; accent: string; supportEmail: string; supportUrl: string };
  /** Into the product, or to the purchase's page. */
  link: { isProduct: boolean; href: string };
  subscription: {
    name: string;
    plan: string;
    seats: number | null;
    contactName: string | null;
    supportCode: string;
  };
  deadline: Date | null;
};

/** The values of a text's placeholders. */
export function factsOf({
  language,
  branding,
  subscription,
  deadline,
}: Pick<PurchaserLetterInput, "language" | "subscription" | "deadline"> & {
  branding: { publisherName: string };
}): PurchaserFacts {
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return {
    name: isolated(subscription.contactName ?? subscription.name),
    subscription: isolated(subscription.name),
    plan: isolated(subscription.plan),
    publisher: branding.publisherName,
    deadline: deadline === null ? "" : day.format(deadline),
  };
}

export function purchaserLetter(input: PurchaserLetterInput): Letter {
  const { kind, language, branding, link, subscription } = input;
  const texts = purchaserTexts[language];
  const { labels } = texts;
  const number = new Intl.NumberFormat(language);
  const facts = factsOf(input);
  const { subject, body } = input.text ?? texts.mails[kind];
  const { direction } = new Intl.Locale(language).getTextInfo();
  const fill = (text: string) => (input.isAsWritten ? text : fillText(text, facts));
  const paragraphs = fill(body)
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
  const support: LetterLink[] = [
    ...(branding.supportUrl ? [{ label: labels.contact, href: branding.supportUrl }] : []),
    ...(branding.supportEmail ? [{ label: branding.supportEmail, href: `mailto:${branding.supportEmail}` }] : []),
  ];
  return {
    language,
    direction: direction === "rtl" ? "rtl" : "ltr",
    subject: fill(subject),
    preheader: paragraphs[1] ?? paragraphs[0] ?? "",
    sender: branding.publisherName || "Marketdesk",
    accent: /^#[0-9a-f]{6}$/i.test(branding.accent) ? branding.accent : null,
    heading: fill(subject),
    paragraphs,
    facts: [
      { label: labels.subscription, value: isolated(subscription.name) },
      { label: labels.plan, value: isolated(subscription.plan) },
      ...(subscription.seats === null ? [] : [{ label: labels.seats, value: number.format(subscription.seats) }]),
      { label: labels.supportCode, value: subscription.supportCode },
    ],
    items: [],
    button: { label: link.isProduct ? fillText(labels.open, facts) : labels.manage, href: link.href },
    footer: { text: labels.footer, links: support },
  };
}
