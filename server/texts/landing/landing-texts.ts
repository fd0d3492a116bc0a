/** The texts of the landing page in all languages. */
import type { Language } from "../../../shared/languages.ts";
import type { TextsOf, Translation } from "../text.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { ja } from "./ja.ts";
import { pl } from "./pl.ts";

export type LandingTexts = TextsOf<typeof en>;

const translations: Record<Language, Translation<typeof en>> = { en, de, pl, es, ja };

export const landingTexts = translations as unknown as Record<Language, LandingTexts>;
