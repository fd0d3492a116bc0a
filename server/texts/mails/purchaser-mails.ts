/** Mails to purchasers, by language. `{…}` stands for a fact; a text that an admin edits has the same. */
import type { Language } from "../../../shared/languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { ja } from "./ja.ts";
import type { MailTexts } from "./mail-texts.ts";
import { pl } from "./pl.ts";

export const purchaserTexts: Record<Language, MailTexts> = { en, de, pl, es, ja };

/** What may stand in a text. */
export const purchaserPlaceholders = ["name", "subscription", "plan", "publisher", "deadline"] as const;
export type PurchaserFacts = Record<(typeof purchaserPlaceholders)[number], string>;

/** The text with facts in place of its placeholders; unknown ones stay, so that a mistake is seen in the preview. */
export function fillText(text: string, facts: PurchaserFacts): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(facts, name) ? facts[name as keyof PurchaserFacts] : whole,
  );
}
