/** The language of a purchaser's page: chosen on a page, otherwise by the browser's `Accept-Language`. */
import type { Context, MiddlewareHandler } from "hono";
import { parseAccept } from "hono/utils/accept";
import { defaultLanguage, isLanguage, type Language } from "../../shared/languages.ts";
import type { Cookies } from "../auth/cookies.ts";
import type { Database } from "../database/connection/database.ts";
import { readBranding } from "../database/queries/branding.ts";
import { type Formats, formatsOf } from "../texts/formats.ts";
import { type LandingTexts, landingTexts } from "../texts/landing/landing-texts.ts";

export type Reader = {
  language: Language;
  direction: "ltr" | "rtl";
  texts: LandingTexts;
  formats: Formats;
};

declare module "hono" {
  interface ContextVariableMap {
    /** Who reads the page; absent on pages for staff, which are in English. */
    reader: Reader;
  }
}

const choiceSeconds = 365 * 86_400;
const maxHeaderLength = 500;

export function readerIn(language: Language): Reader {
  const { direction } = new Intl.Locale(language).getTextInfo();
  return {
    language,
    direction: direction === "rtl" ? "rtl" : "ltr",
    texts: landingTexts[language],
    formats: formatsOf(language),
  };
}

/** The supported language that the header prefers: `de-AT, en;q=0.8` is German. */
export function languageAccepted(header: string | undefined): Language {
  if (!header) return defaultLanguage;
  const wanted = parseAccept(header.slice(0, maxHeaderLength))
    .filter(({ q }) => q > 0)
    .sort((one, other) => other.q - one.q);
  for (const { type } of wanted) {
    const language = type.toLowerCase().split("-")[0];
    if (isLanguage(language)) return language;
  }
  return defaultLanguage;
}

/** For all routes of purchasers: their language, and the publisher's branding for all offers. */
export function forPurchasers({ db, cookies }: { db: Database; cookies: Cookies }): MiddlewareHandler {
  return async (c, next) => {
    c.set("reader", readerIn(languageOf(c, cookies)));
    // A page without the publisher's branding is better than an error.
    c.set("branding", await readBranding(db, null).catch(() => null));
    await next();
  };
}

function languageOf(c: Context, cookies: Cookies): Language {
  const chosen = c.req.query("language");
  if (isLanguage(chosen)) {
    cookies.set(c, "language", chosen, choiceSeconds);
    return chosen;
  }
  const kept = cookies.get(c, "language");
  return isLanguage(kept) ? kept : languageAccepted(c.req.header("Accept-Language"));
}

/** The texts of the page that is being built; English on pages for staff. */
export function readerOf(c: Context): Reader {
  return c.get("reader") ?? readerIn(defaultLanguage);
}
