import { describe, expect, test } from "vitest";
import { entryOfTarget, entryOfTerm } from "../../server/domain/plan-price.ts";

const plan = (...units: (string | null)[]) => ({
  prices: units.map((termUnit) => ({ termUnit, words: `${termUnit}` })),
});
const wordsOf = (units: (string | null)[], term: string | null) => entryOfTerm(plan(...units), term)?.words ?? null;

describe("the price of a subscription's term", () => {
  test.each([
    [["P1M", "P12M"], "P1Y", "P12M"],
    [["P1M", "P1Y"], "P12M", "P1Y"],
    [["P36M"], "P3Y", "P36M"],
    [["p12m"], "P1Y", "p12m"],
    [["P12M", "P1Y"], "P1Y", "P1Y"],
    [["P12M", "P1Y"], "P12M", "P12M"],
  ])("of a plan with %j for %s is that of %s", (units, term, words) => {
    expect(wordsOf(units, term)).toBe(words);
  });

  test.each<[(string | null)[], string | null]>([
    [["P1M", "P12M"], "P3Y"],
    [["P1M", "P1M"], "P1M"],
    [["P12M", "P12M"], "P1Y"],
    [["P1M", "P1Y"], null],
    [["P1W"], "P1M"],
    [[null], "P1M"],
    [[], "P1M"],
  ])("of a plan with %j for %s is unknown", (units, term) => {
    expect(wordsOf(units, term)).toBeNull();
  });

  test("that is unknown is that of a plan with a single price", () => {
    expect(wordsOf(["P1Y"], null)).toBe("P1Y");
    expect(entryOfTerm(undefined, "P1M")).toBeNull();
  });

  test("of another plan is that of the same term, or its only one", () => {
    expect(entryOfTarget(plan("P1M", "P12M"), "P1Y")?.words).toBe("P12M");
    expect(entryOfTarget(plan("P1M"), "P1Y")?.words).toBe("P1M");
    expect(entryOfTarget(plan("P1M", "P2Y"), "P1Y")).toBeNull();
  });
});
