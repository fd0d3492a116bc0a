/** Emails to purchasers, by language. Texts have placeholders such as `{name}`, also those that admins edit. */
import type { Language } from "../../../shared/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { ja } from "./ja.ts";
import type { MailTexts } from "./mail-texts.ts";
import { pl } from "./pl.ts";

export const purchaserTexts: Record<Language, MailTexts> = { en, de, pl, es, ja };

/** The placeholders that a text may have. */
export const purchaserPlaceholders = ["name", "subscription", "plan", "publisher", "deadline"] as const;
export type PurchaserFacts = Record<(typeof purchaserPlaceholders)[number], string>;

/** Fills in the placeholders. Unknown ones stay, so that the preview shows the mistake. */
export function fillText(text: string, facts: PurchaserFacts): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(facts, name) ? facts[name as keyof PurchaserFacts] : whole,
  );
}
