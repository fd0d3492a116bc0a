// cspell:words Jahre Lizenz Monat minuty weniger als menos mniej niż
import { describe, expect, test } from "vitest";
import { languages } from "../../shared/languages.ts";
import { languageAccepted } from "../../server/http/reader.ts";
import { formatsOf } from "../../server/texts/formats.ts";
import { landingTexts } from "../../server/texts/landing/landing-texts.ts";
import { purchaserTexts } from "../../server/texts/mails/purchaser-mails.ts";
import { partsOf } from "../../server/texts/text.ts";

type Nested = { [key: string]: string | Nested };

function flat(texts: Nested, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
}

const placeholdersIn = (text: string) =>
  partsOf(text)
    .filter((_, index) => index % 2 === 1)
    .sort();

describe("the texts of the landing page", () => {
  const english = new Map(flat(landingTexts.en as unknown as Nested));

  test.each(languages)("in %s have the placeholders of English and no empty text", (language) => {
    const texts = flat(landingTexts[language] as unknown as Nested);
    expect(texts.map(([key]) => key).sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of texts) {
      expect(text.trim(), key).not.toBe("");
      expect(placeholdersIn(text), key).toEqual(placeholdersIn(english.get(key) ?? ""));
    }
  });

  test.each(languages.filter((language) => language !== "en"))("in %s are translated", (language) => {
    const same = flat(landingTexts[language] as unknown as Nested).filter(([key, text]) => english.get(key) === text);
    expect(same.map(([key]) => key).length, JSON.stringify(same)).toBeLessThan(12);
  });

  test.each(languages)("in %s state a maximum that is itself allowed", (language) => {
    const limits = flat(landingTexts[language] as unknown as Nested).filter(([, text]) => text.includes("{max}"));
    expect(limits.length).toBeGreaterThan(0);
    for (const [key, text] of limits) {
      expect(text, key).not.toMatch(/less than|fewer than|weniger als|menos de|mniej niż|未満/);
    }
  });
});

test.each(languages)("the page and the emails in %s use the same words", (language) => {
  const { frame, facts } = landingTexts[language];
  const { labels } = purchaserTexts[language];
  expect([labels.subscription, labels.plan, labels.seats]).toEqual([facts.subscription, facts.plan, facts.seats]);
  expect(frame.supportCode).toBe(`${labels.supportCode}: {code}`);
});

describe("the language of a page", () => {
  test.each([
    [undefined, "en"],
    ["", "en"],
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["fr-FR, pl;q=0.5, en;q=0.4", "pl"],
    ["en;q=0.3, ja;q=0.9", "ja"],
    ["es;q=0, en", "en"],
    ["*", "en"],
    ["fr", "en"],
    [";;;=,,q=x", "en"],
    [`${"x".repeat(10_000)},de`, "en"],
  ])("for Accept-Language %j is %s", (header, language) => {
    expect(languageAccepted(header)).toBe(language);
  });
});

describe("terms, prices and days", () => {
  test.each([
    ["en", "P1M", "1 month"],
    ["en", "P1Y6M", "1 year, 6 months"],
    ["de", "P3Y", "3 Jahre"],
    ["pl", "P5Y", "5 lat"],
    ["ja", "P1Y", "1 年"],
    ["es", "PAY", "Pago por uso"],
    ["en", "PAY", "Pay as you go"],
    ["en", "P18X", "P18X"],
    ["en", "P", "P"],
  ] as const)("in %s say %s as %s", (language, term, words) => {
    expect(formatsOf(language).term(term)).toBe(words);
  });

  test.each([
    ["0.004", "USD", "$0.004 per seat per month"],
    ["12.345", "EUR", "€12.345 per seat per month"],
    ["0.0000000005", "USD", "$0.0000000005 per seat per month"],
    ["123456789012345.6789012345", "USD", "$123,456,789,012,345.6789012345 per seat per month"],
    ["0", "USD", "$0.00 per seat per month"],
    ["1000", "JPY", "¥1,000 per seat per month"],
    ["1.25", "KWD", "KWD\u00a01.250 per seat per month"],
  ])("show the price %s %s in full", (amount, currency, words) => {
    expect(formatsOf("en").price({ amount, currency, isPerSeat: true, termUnit: "P1M" })).toBe(words);
  });

  test("follow the language", () => {
    const price = { amount: "1200.5", currency: "EUR", isPerSeat: true, termUnit: "P1M" };
    expect(formatsOf("en").price(price)).toBe("€1,200.50 per seat per month");
    expect(formatsOf("de").price(price)).toBe("1.200,50\u00a0€ pro Lizenz pro Monat");
    expect(formatsOf("ja").price({ ...price, termUnit: "P3Y" })).toContain("3 年ごとに");
    expect(formatsOf("de").date(new Date("2027-03-14T23:59:59Z"))).toBe("14.03.2027");
    expect(formatsOf("en").wait(45)).toBe("45 seconds");
    expect(formatsOf("pl").wait(180)).toBe("3 minuty");
  });
});
