import { describe, expect, test } from "vitest";
import { quantityIn, readQuantity } from "../../web/text/quantity.ts";

describe("a quantity of usage", () => {
  test.each(["0", "0.05", "1234.5", "9999999999.9999999999"])("%s is read as it is shown", (digits) => {
    expect(readQuantity(quantityIn(digits, null))).toEqual({ kind: "number", digits });
  });
});
