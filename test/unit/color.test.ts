import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cards, contrastOf, readableOn, textOn, contrastProblem } from "../../shared/color.ts";

const colours = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("contrast", () => {
  test("is computed as in WCAG", () => {
    expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrastOf("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
    expect(contrastOf("#ffffff", "#767676")).toBeCloseTo(4.54, 2);
  });

  test("has a readable alternative for all colors on both backgrounds, and a readable text color", () => {
    fc.assert(
      fc.property(colours, fc.constantFrom(cards.light, cards.dark), (colour, ground) => {
        const readable = readableOn(colour, ground);
        expect(contrastOf(readable, ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrastOf(readable, textOn(readable))).toBeGreaterThanOrEqual(4.5);
        if (contrastOf(colour, ground) >= 4.5) expect(readable).toBe(colour);
      }),
    );
  });

  test("that is too low is reported with a readable color", () => {
    expect(contrastProblem("#0b6b68")).toBeNull();
    const [named = ""] = /#[0-9a-f]{6}/.exec(contrastProblem("#ffd500") ?? "") ?? [];
    expect(contrastProblem(named)).toBeNull();
  });
});
