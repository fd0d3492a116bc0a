import { describe, expect, test } from "vitest";
import { axisWidth } from "../../web/pages/overview/axes.tsx";

/** Digits of the axis are at most this wide, in pixels. */
const digitWidth = 6.5;
const gap = 8;

describe("axisWidth", () => {
  test.each(["0", "50,000", "2,500,000", "2.500.000", "1 234 567 890"])("has room for %s", (number) => {
    expect(axisWidth(["0", number])).toBeGreaterThanOrEqual(gap + digitWidth * number.length);
  });

  test("is the same for small numbers, so that charts are in line", () => {
    expect(axisWidth(["0", "2", "4"])).toBe(axisWidth(["0", "500", "1,000"]));
  });
});
