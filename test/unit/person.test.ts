/** What is erased of a person's values in the texts of the record. */
// cspell:words Føre øres Moreaus Zoë ZOË joann Zoëtrope Núñez NÚÑEZ Brien
import { describe, expect, test } from "vitest";
import { bytePatternOf, patternOf, withoutValues, withoutWords } from "../../server/domain/person.ts";

test.each([
  ["IT", "quantity: 5, it stays; IT Ltd", "quantity: 5, it stays; [erased] Ltd"],
  ["Art", "The start for ART, not for artists", "The start for [erased], not for artists"],
  ["12345", "Order 9123456; call 12345.", "Order 9123456; call [erased]."],
  ["Øre", "Føre, øre and øres", "Føre, [erased] and øres"],
  ["東京", "株式会社東京花子", "株式会社[erased]花子"],
  ["김철수", "김철수는", "[erased]는"],
  ["A", "A change of A", "A change of A"],
  ["C++ (old)", "From C++ (old), 2026", "From [erased], 2026"],
])("a contact's value %j is erased only as words of its own", (value, text, expected) => {
  expect(withoutWords({ text: [text], value: 5 }, [value])).toEqual({ text: [expected], value: 5 });
});

test("a contact without values changes nothing", () => {
  expect(withoutWords("Seats: 5", [])).toBe("Seats: 5");
});

test("the value of a person who asked to be erased is erased in inflected forms too", () => {
  expect(withoutValues("Moreaus contract", ["moreau"])).toBe("[erased]s contract");
});

test.each([
  ["a name and a longer one", ["Ada", "Ada Lovelace"], "Ada Lovelace called", "[erased] called"],
  ["names that overlap", ["Countess Ada", "Ada Lovelace"], "Countess Ada Lovelace", "[erased]"],
  ["the same name twice", ["Ada"], "Ada, Ada", "[erased], [erased]"],
])("%s: nothing of the longest is left", (_what, values, text, expected) => {
  expect(withoutValues(text, values)).toBe(expected);
});

test("nothing of a company is left that begins with the contact's name", () => {
  expect(withoutWords("Contact: Weber, Weber & Sons", ["Weber", "Weber & Sons"])).toBe("Contact: [erased], [erased]");
});

test.each([
  [
    "Ann",
    "Ann plans the annual change with Joann; ann's plan",
    "[erased] plans the annual change with Joann; [erased]'s plan",
  ],
  ["Mark", "Marketdesk: Mark called", "Marketdesk: [erased] called"],
  ["Zoë", "Zoë, Zoëtrope", "[erased], Zoëtrope"],
  ["Anna", "Annaさん、株式会社Anna", "[erased]さん、株式会社[erased]"],
  ["花子", "東京花子さん", "東京[erased]さん"],
  ["Ann", String.raw`{"text":"Hello\nAnn"}`, String.raw`{"text":"Hello\n[erased]"}`],
])("a short name is erased only as a word of its own: %s", (name, text, expected) => {
  expect(withoutValues(text, [name])).toBe(expected);
  expect(new RegExp(patternOf([name]), "i").test(text)).toBe(true);
  expect(new RegExp(bytePatternOf([name]), "i").test(asEscaped(text))).toBe(true);
});

test.each(["business-annual", "planned_change.planned", "Joann"])("a search for Ann does not find %s", (text) => {
  expect(new RegExp(patternOf(["Ann"]), "i").test(text)).toBe(false);
  expect(new RegExp(bytePatternOf(["Ann"]), "i").test(text)).toBe(false);
});

describe("an address is not erased within another person's address", () => {
  const others = ["joann@contoso.com", "jo.ann@contoso.com", "ann@contoso.com.au", "ann@contoso.community"];

  test.each(others)("%s", (other) => {
    expect(withoutValues(`From ${other}`, ["ann@contoso.com"])).toBe(`From ${other}`);
    expect(withoutWords(`From ${other}`, ["ann@contoso.com"])).toBe(`From ${other}`);
    expect(new RegExp(patternOf(["ann@contoso.com"]), "i").test(other)).toBe(false);
  });

  test.each([
    ["<ann@contoso.com>", "<[erased]>"],
    ["Write to ANN@Contoso.com.", "Write to [erased]."],
    ["mailto:ann@contoso.com?subject=x", "mailto:[erased]?subject=x"],
    [JSON.stringify("Hello\nann@contoso.com"), String.raw`"Hello\n[erased]"`],
    [String.raw`\u003cann@contoso.com\u003e`, String.raw`\u003c[erased]\u003e`],
  ])("but in %s", (text, expected) => {
    expect(withoutValues(text, ["ann@contoso.com"])).toBe(expected);
  });
});

test.each([
  ["Zoë Núñez", String.raw`{"name":"Zo\u00EB N\u00fa\u00F1ez"}`],
  ["Zoë Núñez", "ZOË NÚÑEZ"],
  ["Zoë Núñez", "Zoë Núñez".normalize("NFD")],
  ["a+b@contoso.com", String.raw`"a\u002Bb@contoso.com"`],
  ["O'Brien", String.raw`"O\u0027Brien"`],
  ["和子", String.raw`"\u548c\u5b50"`],
  ["AC/DC", String.raw`"AC\/DC"`],
  ['The "Boss"', JSON.stringify('The "Boss"')],
])("%j is found and erased as other programs write it: %s", (value, text) => {
  expect(withoutValues(text, [value])).toMatch(/^[^A-Za-z]*(name)?[^A-Za-z]*\[erased\][^A-Za-z]*$/);
  expect(new RegExp(patternOf([value]), "i").test(text)).toBe(true);
  expect(new RegExp(bytePatternOf([value]), "i").test(asEscaped(text))).toBe(true);
});

test.each(["ann@contoso.com", "Ann", "Zoë Núñez"])("PostgreSQL need not look around to find %s", (value) => {
  for (const pattern of [patternOf([value]), bytePatternOf([value])]) expect(pattern).not.toMatch(/\(\?[!<=]/);
});

/** As PostgreSQL's `encode(…, 'escape')` writes bytes. */
function asEscaped(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) =>
      byte > 0x7e ? `\\${byte.toString(8).padStart(3, "0")}` : String.fromCharCode(byte).replace("\\", "\\\\"),
    )
    .join("");
}
