import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unlimited } from "../../shared/usage.ts";
import {
  addUsage,
  billedOf,
  correctUsage,
  emptyAccount,
  type Included,
  removeUsage,
  type UsageAccount,
} from "../../server/domain/usage/ledger.ts";
import { isUsageQuantity } from "../../shared/usage-event.ts";
import { inDigits, type Quantity, quantityOf, sumOf, zero } from "../../server/domain/usage/quantity.ts";

/** Up to ten decimals, as products may send them. */
const quantity = fc
  .tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 9_999_999_999 }))
  .map(([whole, fraction]) => quantityOf(`${whole}.${String(fraction).padStart(10, "0")}`));
const included = fc.oneof(
  fc.integer({ min: 0, max: 50_000 }).map((value): Included => quantityOf(value)),
  quantity.map((value): Included => value),
  fc.constant<Included>(unlimited),
);
const quantities = fc.array(quantity, { maxLength: 30 });

function sealAll(hours: Quantity[], includes: Included, from: UsageAccount = emptyAccount) {
  let account = from;
  const billed = hours.map((hour) => {
    const sealed = addUsage(account, hour, includes);
    ({ account } = sealed);
    return sealed.billable;
  });
  return { account, billed, total: inDigits(sumOf(billed)) };
}

describe("the usage of a term", () => {
  test("is billed beyond what the plan includes, in any order of its hours", () => {
    fc.assert(
      fc.property(quantities, included, fc.infiniteStream(fc.nat()), (hours, includes, order) => {
        const shuffled = hours
          .map((hour) => ({ hour, at: order.next().value as number }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ hour }) => hour);
        const expected = inDigits(billedOf(sumOf(hours), includes));
        expect(sealAll(hours, includes).total).toBe(expected);
        expect(sealAll(shuffled, includes).total).toBe(expected);
      }),
    );
  });

  test("amounts to the same if it is split into more hours", () => {
    fc.assert(
      fc.property(quantities, quantities, included, (some, others, includes) => {
        const together = some.map((one, index) => one.plus(others[index] ?? zero)).concat(others.slice(some.length));
        expect(sealAll([...some, ...others], includes).total).toBe(sealAll(together, includes).total);
      }),
    );
  });

  test("is never billed with more than two decimals, and never negative", () => {
    fc.assert(
      fc.property(quantities, included, (hours, includes) => {
        for (const billable of sealAll(hours, includes).billed) {
          expect(billable.gte(0)).toBe(true);
          expect(billable.times(100).mod(1).eq(0)).toBe(true);
        }
      }),
    );
  });

  test("leaves less than 0.01 that is not billed", () => {
    fc.assert(
      fc.property(quantities, quantity, (hours, includes) => {
        const used = sumOf(hours);
        const excess = used.gt(includes) ? used.minus(includes) : zero;
        const rest = excess.minus(sumOf(sealAll(hours, includes).billed));
        expect(rest.gte(0) && rest.lt("0.01")).toBe(true);
      }),
    );
  });

  test("is not billed again after the included quantity is raised, until usage exceeds it", () => {
    fc.assert(
      fc.property(quantities, quantities, quantity, quantity, (before, after, includes, more) => {
        const first = sealAll(before, includes);
        const raised = includes.plus(more);
        const second = sealAll(after, raised, first.account);
        const expected = billedOf(sumOf([...before, ...after]), raised);
        const billed = sumOf([...first.billed, ...second.billed]);
        expect(inDigits(billed)).toBe(
          inDigits(expected.gt(quantityOf(first.total)) ? expected : quantityOf(first.total)),
        );
      }),
    );
  });

  test("is not billed afterwards when less is included than before, but all later usage beyond it is", () => {
    fc.assert(
      fc.property(quantities, quantities, quantity, included, (before, after, includes, former) => {
        const first = sealAll(before, former);
        const second = sealAll(after, includes, first.account);
        const usedBefore = sumOf(before);
        const due = billedOf(usedBefore.plus(sumOf(after)), includes).minus(
          [billedOf(usedBefore, includes), quantityOf(first.total)].reduce((a, b) => (a.gt(b) ? a : b)),
        );
        expect(second.total).toBe(inDigits(due.gt(0) ? due : zero));
      }),
    );
  });

  test("is billed as if a corrected hour had been reported correctly", () => {
    fc.assert(
      fc.property(quantities, quantity, quantity, quantities, included, (before, wrong, right, after, includes) => {
        const earlier = sealAll(before, includes);
        const sealed = addUsage(earlier.account, wrong, includes);
        const later = sealAll(after, includes, sealed.account);
        const corrected = correctUsage(
          later.account,
          { usage: wrong, billable: sealed.billable, corrected: right },
          includes,
        );
        const billed = sumOf([...earlier.billed, corrected.billable, ...later.billed]);
        const owed = billedOf(sumOf([...before, right, ...after]), includes);
        const others = sumOf([...earlier.billed, ...later.billed]);
        expect(inDigits(corrected.account.used)).toBe(inDigits(sumOf([...before, right, ...after])));
        expect(inDigits(billed)).toBe(inDigits(owed.gt(others) ? owed : others));
      }),
    );
  });
});

describe("an hour that is dropped before it is sent", () => {
  test("uses up nothing of what the plan includes", () => {
    fc.assert(
      fc.property(quantities, quantity, quantities, included, (before, dropped, after, includes) => {
        const earlier = sealAll(before, includes);
        const sealed = addUsage(earlier.account, dropped, includes);
        const later = sealAll(
          after,
          includes,
          removeUsage(sealed.account, { usage: dropped, billable: sealed.billable }),
        );
        expect(inDigits(sumOf([...earlier.billed, ...later.billed]))).toBe(
          inDigits(billedOf(sumOf([...before, ...after]), includes)),
        );
      }),
    );
  });

  test("makes up for what hours after it were billed because of it", () => {
    fc.assert(
      fc.property(quantity, quantities, quantities, included, (dropped, between, after, includes) => {
        const sealed = addUsage(emptyAccount, dropped, includes);
        const later = sealAll(between, includes, sealed.account);
        const rest = sealAll(
          after,
          includes,
          removeUsage(later.account, { usage: dropped, billable: sealed.billable }),
        );
        const owed = billedOf(sumOf([...between, ...after]), includes);
        const already = quantityOf(later.total);
        expect(inDigits(already.plus(rest.total))).toBe(inDigits(owed.gt(already) ? owed : already));
      }),
    );
  });
});

describe("examples", () => {
  test("500 are used of 1,000, then 100 are included: 20 more are billed with 20", () => {
    const { account } = sealAll([quantityOf(500)], quantityOf(1_000));
    expect(sealAll([quantityOf(20)], quantityOf(100), account).total).toBe("20");
    expect(sealAll([quantityOf(700)], quantityOf(1_000), account).total).toBe("200");
  });

  test("1,000 are included: 400, 700 and 50 are billed with 0, 100 and 50", () => {
    const { billed } = sealAll(["400", "700", "50"].map(quantityOf), quantityOf(1_000));
    expect(billed.map(inDigits)).toEqual(["0", "100", "50"]);
  });

  test("0.004 an hour is billed with 0.01 in the third hour", () => {
    const { billed } = sealAll(
      Array.from({ length: 5 }, () => quantityOf("0.004")),
      zero,
    );
    expect(billed.map(inDigits)).toEqual(["0", "0", "0.01", "0", "0.01"]);
  });

  test("0.1 and 0.2 are 0.3", () => {
    expect(sealAll(["0.1", "0.2"].map(quantityOf), zero).total).toBe("0.3");
  });
});

describe("a quantity", () => {
  test.each(["1", "0.5", "12.0000000001", "9999999999.9999999999"])("%s is read", (text) => {
    expect(isUsageQuantity(text)).toBe(true);
  });

  test.each(["0", "0.00", "-1", "+1", "1e3", "1,5", " 1", "1.", ".5", "", "NaN", "Infinity", "0x10", "1".repeat(11)])(
    "%j is refused",
    (text) => {
      expect(isUsageQuantity(text)).toBe(false);
    },
  );
});
