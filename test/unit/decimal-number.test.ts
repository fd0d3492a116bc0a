import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDecimalReader } from "../../shared/decimal-number.ts";
import { numberLocales } from "../support/number-locales.ts";

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`));
/** Plain notation, as quantities of usage are stored. */
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 9_999_999_999n }), fc.option(digits(10), { nil: "" }))
  .map(([whole, fraction]) => trimmed(fraction === "" ? String(whole) : `${whole}.${fraction}`));
/** Without zeros at the end of the fraction, which `Intl` does not write. */
const trimmed = (text: string) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

describe.each(numberLocales)("A11: in %s", (locale) => {
  const read = createDecimalReader(locale);

  test("an amount in the locale's format is read as the same amount, with and without groups", () => {
    const options = { maximumFractionDigits: 10 };
    const formats = [
      new Intl.NumberFormat(locale, options),
      new Intl.NumberFormat(locale, { ...options, useGrouping: false }),
      new Intl.NumberFormat(locale, { ...options, useGrouping: "always" }),
    ];
    fc.assert(
      fc.property(amount, (plain) => {
        for (const format of formats)
          expect(read(` ${format.format(plain as `${number}`)}\u00A0`)).toEqual({ kind: "number", digits: plain });
      }),
      { numRuns: 200 },
    );
  });

  test("a text is never read as an amount with other digits than its own, or with another sign before its decimals", () => {
    const decimalSign = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value;
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("0123456789.,' \u00A0\u202F\u2019-+eE٫")) }),
        (text) => {
          const found = read(text);
          if (found.kind !== "number") return;
          const [whole = "", fraction] = text.split(decimalSign ?? ".");
          const own = (part: string) => part.replaceAll(/\D/g, "");
          expect(found.digits).toBe(
            fraction === undefined ? String(Number(own(whole))) : `${Number(own(whole))}.${own(fraction)}`,
          );
        },
      ),
    );
  });

  test("a negative amount and money are refused", () => {
    expect(read(new Intl.NumberFormat(locale).format(-1.5)).kind).toBe("refused");
    expect(read(new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(1_000)).kind).toBe(
      "refused",
    );
  });
});

describe("A11: an amount", () => {
  test.each([
    ["de", "10.000", "10000"],
    ["de", "10,000", "10.000"],
    ["de", "1.234,5", "1234.5"],
    ["de", "12.5", "refused"],
    ["de", "1,234.5", "refused"],
    ["en", "10.000", "10.000"],
    ["en", "10,000", "10000"],
    ["en", "12,5", "refused"],
    ["en", "1.234,5", "refused"],
    ["en", "1.2.3", "refused"],
    ["en", "0.05", "0.05"],
    ["en", "007", "7"],
    ["en", ".5", "refused"],
    ["en", "5.", "refused"],
    ["en", "1 000.25", "1000.25"],
    ["en", "1.000 5", "refused"],
    ["en", "1 .5", "refused"],
    ["en", "+1", "refused"],
    ["en", "-0.5", "refused"],
    ["en", "1e3", "refused"],
    ["en", "1.٥", "refused"],
    ["en", "\u20681,000.5\u2069", "1000.5"],
    ["en", " \u00A0", "empty"],
    ["fr", "10.000", "refused"],
    ["fr", "1 000,5", "1000.5"],
    ["de-CH", "1’000.5", "1000.5"],
    ["ar-EG", "١٬٠٠٠٫٥", "1000.5"],
    ["ar-EG", "1.5", "refused"],
    ["en-IN", "1,00,000.5", "100000.5"],
  ])("in %s, “%s” is %s", (locale, text, expected) => {
    const found = createDecimalReader(locale)(text);
    expect(found.kind === "number" ? found.digits : found.kind).toBe(expected);
  });

  test("is refused with a message that says how to write it", () => {
    expect(createDecimalReader("de")("12.5")).toEqual({
      kind: "refused",
      words: "“12.5” is not an amount in your language. Write it as in 12.345,6.",
    });
  });
});
