/** The languages in which purchasers read pages and emails. */
// cspell:words Deutsch Polski Español
export const languages = ["en", "de", "pl", "es", "ja"] as const;
export type Language = (typeof languages)[number];

export const defaultLanguage: Language = "en";

export function isLanguage(text: unknown): text is Language {
  return languages.some((language) => language === text);
}

/** Each language in itself, as people look for it in a list. */
export const languageNames: Record<Language, string> = {
  en: "English",
  de: "Deutsch",
  pl: "Polski",
  es: "Español",
  ja: "日本語",
};
