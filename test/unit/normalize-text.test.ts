import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeText, isSameText } from "../../shared/normalize-text.ts";

/** Any code point, often ASCII or a lone surrogate. fast-check's own unit "binary" takes seconds to set up. */
const codePoint = fc
  .oneof(fc.nat(0x7f), fc.integer({ min: 0xd700, max: 0xe0ff }), fc.nat(0x10_ffff))
  .map((point) => String.fromCodePoint(point));

describe("B11, B18: text is compared as people see it", () => {
  test.each([
    ["a curly apostrophe", "Munson’s Pickles", "munson's pickles"],
    ["decomposed letters", "Cafe\u0301 Zu\u0308rich", "Café Zürich"],
    ["decomposed Vietnamese", "Công ty Việt".normalize("NFD"), "công ty việt"],
    ["full-width letters and space", "Ｃｏｎｔｏｓｏ　Ｌｔｄ", "contoso ltd"],
    ["a no-break space and doubled spaces", " Contoso\u00A0 Ltd \t", "Contoso Ltd"],
    ["an en dash and a non-breaking hyphen", "A–B\u2011C", "a-b-c"],
    ["direction marks", "abc\u202Edef\u200F\u2067", "abcdef"],
    ["zero-width characters, a soft hyphen and a byte order mark", "\uFEFFCon\u200Bto\u00ADso", "contoso"],
    ["ligatures", "Oﬃce", "office"],
    ["a Greek sigma at the end", "ΟΔΟΣ", "οδοσ"],
    ["a Turkish capital İ", "İstanbul", "istanbul"],
    ["German and French quotes", "„Contoso“ «X»", '"contoso" "x"'],
  ])("%s", (_name, one, other) => {
    expect(isSameText(one, other)).toBe(true);
  });

  test("and accents, digits and other letters make a difference", () => {
    expect(isSameText("Resume", "Résumé")).toBe(false);
    expect(isSameText("Contoso 1", "Contoso 2")).toBe(false);
    expect(isSameText("日本", "日木")).toBe(false);
  });

  test("and normalizing twice or from any Unicode form changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 20 }), (text) => {
        const normalized = normalizeText(text);
        return [normalized, text.normalize("NFD"), text.normalize("NFC")].every(
          (other) => normalizeText(other) === normalized,
        );
      }),
    );
  });
});
