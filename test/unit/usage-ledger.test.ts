import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unlimited } from "../../shared/usage.ts";
import {
  addUsage,
  billedOf,
  emptyAccount,
  type Included,
  type UsageAccount,
} from "../../server/domain/usage/ledger.ts";
import { decideSealing, type SealDecision } from "../../server/domain/usage/sealing.ts";
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
});

describe("an hour about which staff decide", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  const day = 24 * 60 * 60_000;
  /** Usage above 10 is unusual. */
  const seal = (account: UsageAccount, usage: Quantity, includes: Included, effectiveAt = now) =>
    decideSealing(
      {
        usage,
        effectiveAt,
        status: "Subscribed",
        isTrial: false,
        isRenewalOpen: false,
        account,
        included: includes,
        baseline: { hours: 24, highest: quantityOf(1), factor: 10 },
      },
      now,
    ) as SealDecision & { next: "seal" };

  const step = fc.oneof(
    fc.record({ step: fc.constant("usual" as const), usage: fc.integer({ min: 1, max: 1_000 }) }),
    fc.record({ step: fc.constant("unusual" as const), usage: fc.integer({ min: 1_001, max: 900_000 }) }),
    fc.record({ step: fc.constant("too large" as const), usage: fc.constant(1e18) }),
    fc.record({ step: fc.constant("too late" as const), usage: fc.integer({ min: 1_001, max: 900_000 }) }),
    fc.record({ step: fc.constant("send" as const), usage: fc.constant(0) }),
    fc.record({ step: fc.constant("correct" as const), usage: fc.integer({ min: 0, max: 900_000 }) }),
    fc.record({ step: fc.constantFrom("drop" as const, "expire" as const), usage: fc.constant(0) }),
  );

  test("counts from the decision on: in any order, the bill is that of the hours that count", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 20_000 }), (steps, includes) => {
        let account = emptyAccount;
        const [counted, billed, undecided]: [Quantity[], Quantity[], Quantity[]] = [[], [], []];
        const count = (usage: Quantity, hour: { account: UsageAccount; billable: Quantity }) => {
          ({ account } = hour);
          counted.push(usage);
          billed.push(hour.billable);
        };
        for (const { step: what, usage: hundredths } of steps) {
          const usage = quantityOf(hundredths).div(100);
          if (what === "usual" || what === "unusual" || what === "too large" || what === "too late") {
            const effectiveAt = what === "too late" ? new Date(now.getTime() - day) : now;
            const sealed = seal(account, usage, quantityOf(includes), effectiveAt);
            expect(sealed.isCounted).toBe(what === "usual" || sealed.billable.eq(0));
            if (sealed.isCounted) count(usage, sealed);
            else {
              expect(sealed.account).toBe(account);
              if (sealed.state !== "lost") undecided.push(usage);
            }
            continue;
          }
          const first = undecided.shift();
          if (first === undefined || what === "drop" || what === "expire") continue;
          const decided = what === "send" ? first : usage;
          count(decided, addUsage(account, decided, quantityOf(includes)));
        }
        expect(inDigits(account.used)).toBe(inDigits(sumOf(counted)));
        expect(inDigits(sumOf(billed))).toBe(inDigits(billedOf(sumOf(counted), quantityOf(includes))));
      }),
    );
  });

  test("is held if it is unusual, refused if it is too large, and lost if it is too old, without using up anything", () => {
    const used = { used: quantityOf(40), billed: zero };
    expect(seal(used, quantityOf(100_000), quantityOf(1_000))).toMatchObject({ state: "held", account: used });
    expect(seal(used, quantityOf("1e16"), quantityOf(1_000))).toMatchObject({ state: "rejected", account: used });
    const old = new Date(now.getTime() - day);
    const lost = { state: "lost", problem: "Unusual", account: used };
    expect(seal(used, quantityOf(100_000), quantityOf(1_000), old)).toMatchObject(lost);
  });

  test("uses up what the plan includes if all of it is included", () => {
    expect(seal(emptyAccount, quantityOf(900), quantityOf(1_000))).toMatchObject({
      state: "included",
      isCounted: true,
    });
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
