import Big from "big.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sumTotals, billedByDimension, type BilledTotal, currenciesOf } from "../../server/domain/usage/billed.ts";
import { inDigits, quantityOf } from "../../server/domain/usage/quantity.ts";

const months = ["2026-09", "2026-10", "2026-11"];
const total = (others: Partial<BilledTotal> = {}): BilledTotal => ({
  month: "2026-11",
  offerId: "vault",
  dimension: "storage",
  currency: "USD",
  listPrice: "0.12",
  quantity: "30",
  deleted: "0",
  ...others,
});

const digits = (scale: number) =>
  fc.bigInt({ min: 1n, max: 10n ** 14n }).map((whole) => inDigits(new Big(whole.toString()).div(10 ** scale)));
const anyTotal = fc
  .record({
    month: fc.constantFrom(...months),
    offerId: fc.constantFrom("vault", "insight"),
    dimension: fc.constantFrom("storage", "restores"),
    currency: fc.constantFrom("USD", "EUR", ""),
    listPrice: digits(6),
    quantity: digits(2),
  })
  .map((made) => total({ ...made, listPrice: made.currency === "" ? "0" : made.listPrice }));
const sum = (values: readonly string[]) => inDigits(values.reduce((before, value) => before.plus(value), new Big(0)));

describe("billed usage", () => {
  test("is the same in any order, and in any parts", () => {
    fc.assert(
      fc.property(
        fc
          .array(anyTotal, { maxLength: 30 })
          .chain((totals) =>
            fc.tuple(fc.constant(totals), fc.shuffledSubarray(totals, { minLength: totals.length }), fc.nat(99)),
          ),
        ([totals, shuffled, percent]) => {
          const parts = shuffled.flatMap((one) => {
            const part = quantityOf(one.quantity).times(percent).div(100);
            return [part, quantityOf(one.quantity).minus(part)].map((quantity) => ({
              ...one,
              quantity: inDigits(quantity),
            }));
          });
          for (const currency of ["USD", "EUR", null]) {
            expect(sumTotals(parts, currency)).toEqual(sumTotals(totals, currency));
            const byDimension = (some: BilledTotal[]) =>
              new Map(billedByDimension(some, months, currency).map((one) => [`${one.offerId} ${one.dimension}`, one]));
            expect(byDimension(parts)).toEqual(byDimension(totals));
          }
        },
      ),
    );
  });

  test("of all months is the sum of the months, and of all dimensions that of everything, to the last digit", () => {
    fc.assert(
      fc.property(fc.array(anyTotal, { maxLength: 30 }), (totals) => {
        for (const currency of ["USD", "EUR"]) {
          const dimensions = billedByDimension(totals, months, currency);
          for (const one of dimensions) {
            expect(sum(one.months.map(({ quantity }) => quantity))).toBe(one.total.quantity);
            expect(sum(one.months.map(({ unpriced }) => unpriced))).toBe(one.total.unpriced);
            expect(sum(one.months.map(({ amount }) => amount ?? "0"))).toBe(one.total.amount ?? "0");
          }
          expect(sum(dimensions.map((one) => one.total.amount ?? "0"))).toBe(sumTotals(totals, currency).amount ?? "0");
        }
      }),
    );
  });

  test("has amounts of one currency, and none where the price is unknown", () => {
    const totals = [
      total(),
      total({ currency: "EUR", listPrice: "0.1", quantity: "5" }),
      total({ currency: "", listPrice: "0", quantity: "0.5" }),
    ];
    expect(sumTotals(totals, "USD")).toEqual({ quantity: "35.5", amount: "3.6", unpriced: "0.5" });
    expect(sumTotals(totals, "EUR")).toMatchObject({ amount: "0.5" });
    expect(sumTotals([total({ currency: "", listPrice: "0" })], "USD")).toEqual({
      quantity: "30",
      amount: null,
      unpriced: "30",
    });
    expect(sumTotals([total({ listPrice: "0" })], "USD")).toMatchObject({ amount: "0", unpriced: "0" });
  });

  test("keeps digits that floating point would lose", () => {
    expect(sumTotals([total({ quantity: "9999999999999.99", listPrice: "0.0001" })], "USD").amount).toBe(
      "999999999.999999",
    );
    expect(sumTotals([total({ quantity: "0.1" }), total({ quantity: "0.2" })], null).quantity).toBe("0.3");
  });

  test("has the largest amount first, then what has no price by its quantity", () => {
    const totals = [
      total({ dimension: "much", currency: "", listPrice: "0", quantity: "900" }),
      total({ dimension: "few", currency: "", listPrice: "0", quantity: "9" }),
      total({ dimension: "dear", listPrice: "50", quantity: "1" }),
      total({ dimension: "cheap" }),
    ];
    expect(billedByDimension(totals, months, "USD").map(({ dimension }) => dimension)).toEqual([
      "dear",
      "cheap",
      "much",
      "few",
    ]);
  });

  test("offers the currency with the most figures first", () => {
    expect(currenciesOf([total({ currency: "EUR" }), total(), total(), total({ currency: "" })])).toEqual([
      "USD",
      "EUR",
    ]);
    expect(currenciesOf([total({ currency: "EUR" }), total({ currency: "AUD" })])).toEqual(["AUD", "EUR"]);
    expect(currenciesOf([])).toEqual([]);
  });
});
