import { describe, expect, test } from "vitest";
import { pricePeriod, termInWords } from "../../shared/term.ts";

describe("billing terms", () => {
  test.each([
    ["P1M", "1 month", "per month"],
    ["P1Y", "1 year", "per year"],
    ["P3Y", "3 years", "per 3 years"],
    ["P18M", "18 months", "per 18 months"],
    ["PT9H", "PT9H", "per PT9H"],
    ["Fortnightly", "Fortnightly", "per Fortnightly"],
  ])("of %s are %s, and a price is due %s (case 15)", (term, words, period) => {
    expect(termInWords(term)).toBe(words);
    expect(pricePeriod(term)).toBe(period);
  });
});
