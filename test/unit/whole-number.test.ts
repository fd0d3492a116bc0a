import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNumberReader } from "../../shared/whole-number.ts";
import { numberLocales } from "../support/number-locales.ts";

describe.each(numberLocales)("A11: in %s", (locale) => {
  const read = createNumberReader(locale);
  const whole = fc.oneof(
    fc.integer({ min: -9_999, max: 9_999 }),
    fc.integer({ min: -2_000_000, max: 2_000_000 }),
    fc.maxSafeInteger(),
  );

  test("a number in the locale's format is read as the same number, with and without groups", () => {
    const plain = new Intl.NumberFormat(locale, { useGrouping: false });
    const grouped = new Intl.NumberFormat(locale);
    const always = new Intl.NumberFormat(locale, { useGrouping: "always" });
    fc.assert(
      fc.property(whole, (value) =>
        [plain, grouped, always].every((format) => {
          const text = format.format(value);
          const found = read(` ${text}\u00A0`);
          return found.kind === "number" && found.value === value;
        }),
      ),
      { numRuns: 200 },
    );
  });

  test("a decimal number is refused, and never read as another number", () => {
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 3 });
    const thousandths = new Intl.NumberFormat(locale, { minimumFractionDigits: 3 });
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), (value) =>
        [format, thousandths].every((one) => read(one.format(value / 1_000)).kind === "refused"),
      ),
      { numRuns: 200 },
    );
  });

  test("money is refused", () => {
    const money = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
    expect(read(money.format(1_000)).kind).toBe("refused");
  });

  test("a text is never read as a number with other digits than its own", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("0123456789.,' \u00A0\u202F\u2019-+eE٠١٢०१২")) }),
        (text) => {
          const found = read(text);
          if (found.kind !== "number") return true;
          const digits = Array.from(text).flatMap((sign) => (/\p{Nd}/u.test(sign) ? [digitValue(sign)] : []));
          return Math.abs(found.value) === Number(digits.join(""));
        },
      ),
    );
  });
});

const digitValue = (sign: string) =>
  "0123456789".includes(sign) ? Number(sign) : { "٠": 0, "١": 1, "٢": 2, "०": 0, "१": 1, "২": 2 }[sign];

describe("A11: a whole number", () => {
  test.each([
    ["en", "1,000", 1_000],
    ["en", "1 000", 1_000],
    ["en", "1'000", 1_000],
    ["en", "١٬٠٠٠", "refused"],
    ["en", "１０００", 1_000],
    ["en", "+12", 12],
    ["en", "1.000", "refused"],
    ["en", "1.0", "refused"],
    ["en", "1,00", "refused"],
    ["en", "10,00,000", "refused"],
    ["en", "0,001", "refused"],
    ["en", "1,000.00", "refused"],
    ["en", "$1,000", "refused"],
    ["en", "1e3", "refused"],
    ["en", "0x10", "refused"],
    ["en", "10²", "refused"],
    ["en", "1٢", "refused"],
    ["en", "1,000 000", "refused"],
    ["en", "9007199254740993", "refused"],
    ["en", "٤٢", 42],
    ["en", "৪২", 42],
    ["en", "\u200E-5", -5],
    ["en", "", "empty"],
    ["en", " \u00A0", "empty"],
    ["en-IN", "10,00,000", 1_000_000],
    ["en-IN", "1,000,000", 1_000_000],
    ["de", "1.000", 1_000],
    ["de", "1,000", "refused"],
    ["de", "1.000,00 €", "refused"],
    ["de-CH", "1’000", 1_000],
    ["de-CH", "1'000", 1_000],
    ["de-CH", "1.000", "refused"],
    ["fr", "1\u202F000", 1_000],
    ["fr", "1 000", 1_000],
    ["es", "1.234", 1_234],
    ["ar-EG", "١٬٠٠٠", 1_000],
    ["ar-EG", "1000", 1_000],
    ["hi-IN-u-nu-deva", "१,०००", 1_000],
    ["bn-BD", "১,০০০", 1_000],
    ["zh-u-nu-hanidec", "一,〇〇〇", 1_000],
  ])("in %s, “%s” is %s", (locale, text, expected) => {
    const found = createNumberReader(locale)(text);
    expect(found.kind === "number" ? found.value : found.kind).toBe(expected);
  });

  test("is refused with a message that says what to enter", () => {
    expect(createNumberReader("en")("1.000")).toEqual({
      kind: "refused",
      words: "“1.000” is not a whole number in your language. Enter it without separators, or as in 12,345.",
    });
    expect(createNumberReader("de")("1,000")).toMatchObject({ words: expect.stringContaining("12.345") });
  });
});
