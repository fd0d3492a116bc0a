import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recurringStates } from "../../shared/money.ts";
import {
  type ChangedFacts,
  countChanges,
  type CountedMoney,
  type CustomerTotals,
  type KnownPrice,
  type MoneyChange,
} from "../../server/domain/money/count-changes.ts";
import { moneyState } from "../../server/domain/money/money-state.ts";
import { difference, recurringAmount, sumOf } from "../../server/domain/money/recurring-amount.ts";

const price = (amount: string, termUnit: string | null, isPerSeat = true) => ({
  amount,
  currency: "USD",
  isPerSeat,
  termUnit,
});

describe("the recurring amount of a price", () => {
  test.each([
    ["a monthly price per seat", price("12", "P1M"), 5, "60", "720"],
    ["a yearly flat price", price("2990", "P1Y", false), null, "249.1666666667", "2990"],
    ["a price for 18 months", price("28800", "P18M", false), null, "1600", "19200"],
    ["a price for three years", price("100", "P3Y", false), null, "2.7777777778", "33.3333333333"],
    ["a weekly price", price("7", "P1W", false), null, "30.4166666667", "365"],
    ["a daily price", price("1", "P1D", false), null, "30.4166666667", "365"],
    ["cents that binary fractions cannot hold", price("0.1", "P1M"), 3, "0.3", "3.6"],
    ["a free plan", price("0", "P1M", false), null, "0", "0"],
  ])("of %s is exact", (_, given, seats, monthly, yearly) => {
    expect(recurringAmount(given, seats)).toEqual({ currency: "USD", monthly, yearly });
  });

  test("is unknown without a known term, or without seats for a price per seat", () => {
    expect(recurringAmount(price("12", null), 5)).toBeNull();
    expect(recurringAmount(price("12", "P1H"), 5)).toBeNull();
    expect(recurringAmount(price("12", "P0M"), 5)).toBeNull();
    expect(recurringAmount(price("12", "P1M"), null)).toBeNull();
  });
});

const facts = (given: Partial<ChangedFacts>): ChangedFacts => ({
  offerId: "insight",
  planId: "gold",
  termUnit: "P1Y",
  quantity: 1,
  status: "Subscribed",
  isFreeTrial: false,
  autoRenews: true,
  isTest: false,
  isReseller: false,
  termEndsOn: null,
  customerKey: "tenant 1",
  ...given,
});

/** Counts one change after another, as batches of one. */
function createLedger() {
  const prices = new Map<string, KnownPrice>();
  const money = new Map<string, CountedMoney>();
  let waiting: MoneyChange[] = [];
  let seq = 0;
  const customers = (): CustomerTotals => {
    const totals: CustomerTotals = new Map();
    for (const { customerKey, currency, recurring, hasPaid } of money.values()) {
      const customer = totals.get(customerKey) ?? { monthly: new Map<string, string>(), hasPaid: false };
      if (currency) customer.monthly.set(currency, sumOf([customer.monthly.get(currency) ?? "0", recurring]));
      totals.set(customerKey, { ...customer, hasPaid: customer.hasPaid || hasPaid });
    }
    return totals;
  };
  return {
    money,
    waiting: () => waiting,
    price(id: string, given: Partial<KnownPrice>) {
      prices.set(id, {
        amount: "0",
        currency: "USD",
        isPerSeat: true,
        isPrivate: false,
        planId: "gold",
        termUnit: "P1Y",
        ...given,
      });
    },
    change(id: string, given: ChangedFacts | null, at = new Date("2026-05-01T00:00:00Z")) {
      const due = [...waiting, { seq: (seq += 1), subscriptionId: id, at, facts: given }];
      const counted = countChanges({ changes: due, prices, money, customers: customers() });
      waiting = due.filter((one) => counted.waiting.includes(one.seq));
      for (const [key, one] of counted.money) if (one) money.set(key, one);
      for (const [key, one] of counted.money) if (one === null) money.delete(key);
      return counted.movements.map(({ kind, amount, planId, at: on }) => ({ kind, amount, planId, at: on }));
    },
  };
}

const said = (movements: { kind: string; amount: string }[]) =>
  movements.map(({ kind, amount }) => `${kind} ${Number(amount).toFixed(2)}`);

/** The example of https://help.chartmogul.com/hc/en-us/articles/201244842: Gold $500 a year, Silver $30 a month. */
describe("a customer's movements", () => {
  test("are new, expansion, contraction, churn and reactivation as in the published example", () => {
    const ledger = createLedger();
    const gold = facts({ quantity: 4 });
    ledger.price("gold", { amount: "500" });
    expect(said(ledger.change("gold", gold))).toEqual(["new 166.67"]);
    const silver = facts({ planId: "silver", termUnit: "P1M", quantity: 2 });
    ledger.price("silver", { amount: "30", planId: "silver", termUnit: "P1M" });
    expect(said(ledger.change("silver", silver))).toEqual(["expansion 60.00"]);
    expect(said(ledger.change("silver", { ...silver, status: "Unsubscribed" }))).toEqual(["contraction -60.00"]);
    expect(said(ledger.change("gold", { ...gold, autoRenews: false }))).toEqual([]);
    expect(said(ledger.change("gold", { ...gold, status: "Unsubscribed" }))).toEqual(["churn -166.67"]);
    ledger.price("again", { amount: "50", termUnit: "P1M" });
    expect(said(ledger.change("again", facts({ termUnit: "P1M", quantity: 3 })))).toEqual(["reactivation 150.00"]);
  });

  test("counted together follow the order of the customer's subscriptions, not of each one", () => {
    const price = { amount: "12", currency: "USD", isPerSeat: true, termUnit: "P1Y", planId: "gold", isPrivate: false };
    const at = new Date();
    const ended = facts({ status: "Unsubscribed" });
    const change = (seq: number, subscriptionId: string, own: ChangedFacts | null) =>
      ({ seq, subscriptionId, at, facts: own }) satisfies MoneyChange;
    const changes = [
      change(1, "first", facts({})),
      change(2, "second", facts({ quantity: 3 })),
      change(3, "first", ended),
      change(4, "third", facts({})),
      change(5, "second", ended),
      change(6, "third", null),
    ];
    const prices = new Map(["first", "second", "third"].map((id) => [id, price]));
    const { movements } = countChanges({ changes, prices, money: new Map(), customers: new Map() });
    expect(said(movements)).toEqual([
      "new 1.00",
      "expansion 3.00",
      "contraction -1.00",
      "expansion 1.00",
      "contraction -3.00",
      "churn -1.00",
    ]);
  });

  test("on another plan move the old amount and count only the difference", () => {
    const ledger = createLedger();
    ledger.price("one", { amount: "12", planId: "team", termUnit: "P1M" });
    ledger.change("one", facts({ planId: "team", termUnit: "P1M", quantity: 5 }));
    ledger.price("one", { amount: "25", planId: "business", termUnit: "P1M" });
    expect(ledger.change("one", facts({ planId: "business", termUnit: "P1M", quantity: 5 }))).toMatchObject([
      { kind: "moved", amount: "-60", planId: "team" },
      { kind: "moved", amount: "60", planId: "business" },
      { kind: "expansion", amount: "65", planId: "business" },
    ]);
  });

  test("in another currency are never set off against each other", () => {
    const ledger = createLedger();
    ledger.price("dollars", { amount: "120" });
    ledger.change("dollars", facts({}));
    ledger.price("euros", { amount: "240", currency: "EUR" });
    expect(said(ledger.change("euros", facts({})))).toEqual(["expansion 20.00"]);
    expect(said(ledger.change("dollars", facts({ status: "Unsubscribed" })))).toEqual(["contraction -10.00"]);
    ledger.price("euros", { amount: "300", currency: "USD" });
    expect(said(ledger.change("euros", facts({})))).toEqual(["moved -20.00", "moved 25.00"]);
  });

  test("do not include trials, pending and test purchases until they are paid", () => {
    const ledger = createLedger();
    ledger.price("one", { amount: "120" });
    expect(ledger.change("one", facts({ status: "PendingFulfillmentStart" }))).toEqual([]);
    expect(ledger.change("one", facts({ isFreeTrial: true }))).toEqual([]);
    expect(ledger.money.get("one")).toMatchObject({ state: "trial", monthly: "10", recurring: "0" });
    expect(said(ledger.change("one", facts({})))).toEqual(["new 10.00"]);
    ledger.price("two", { amount: "120" });
    expect(ledger.change("two", facts({ isTest: true }))).toEqual([]);
  });

  test("without a price wait for it, and are then dated when they happened", () => {
    const ledger = createLedger();
    const may = new Date("2026-05-03T00:00:00Z");
    const june = new Date("2026-06-09T00:00:00Z");
    expect(ledger.change("one", facts({ quantity: 2 }), may)).toEqual([]);
    expect(ledger.money.get("one")).toMatchObject({ basis: "unknown", monthly: null });
    ledger.price("one", { amount: "120" });
    expect(ledger.change("one", facts({ quantity: 3 }), june)).toMatchObject([
      { kind: "new", amount: "20", at: may },
      { kind: "expansion", amount: "10", at: june },
    ]);
    expect(ledger.waiting()).toEqual([]);
  });

  test("keep the last price while Microsoft gives none, and the last amount until a new plan's price is known", () => {
    const ledger = createLedger();
    ledger.price("one", { amount: "120" });
    ledger.change("one", facts({}));
    ledger.price("one", { planId: "other" });
    expect(said(ledger.change("one", facts({ quantity: 2 })))).toEqual(["expansion 10.00"]);
    expect(ledger.change("one", facts({ planId: "platinum" }))).toEqual([]);
    expect(ledger.money.get("one")).toMatchObject({ planId: "gold", recurring: "20", monthly: null });
    expect(said(ledger.change("one", facts({ planId: "platinum", status: "Unsubscribed" })))).toEqual(["churn -20.00"]);
    expect(ledger.waiting()).toEqual([]);
  });
});

const anyFacts: fc.Arbitrary<ChangedFacts> = fc.record({
  offerId: fc.constant("insight"),
  planId: fc.constantFrom("team", "business"),
  termUnit: fc.constantFrom("P1M", "P1Y", "P18M", null),
  quantity: fc.option(fc.integer({ min: 1, max: 1_000 })),
  status: fc.constantFrom("PendingFulfillmentStart", "Subscribed", "Subscribed", "Suspended", "Unsubscribed"),
  isFreeTrial: fc.boolean(),
  autoRenews: fc.option(fc.boolean()),
  isTest: fc.constantFrom(false, false, false, true),
  isReseller: fc.option(fc.boolean()),
  termEndsOn: fc.constant(null),
  customerKey: fc.constantFrom("tenant 1", "tenant 2"),
});
const anyPrice: fc.Arbitrary<KnownPrice> = fc.record({
  amount: fc.tuple(fc.nat(9_999), fc.nat(9_999)).map(([whole, part]) => `${whole}.${String(part).padStart(4, "0")}`),
  currency: fc.constantFrom("USD", "EUR"),
  isPerSeat: fc.boolean(),
  isPrivate: fc.boolean(),
  planId: fc.constantFrom("team", "business"),
  termUnit: fc.constantFrom("P1M", "P1Y", "P18M", null),
});
const anyStep = fc.record({
  id: fc.constantFrom("a", "b", "c"),
  facts: fc.option(anyFacts, { freq: 10 }),
  price: fc.option(anyPrice),
});

describe("for any changes in any batches", () => {
  test("movements add up to the MRR by offer, plan, channel and currency", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyStep, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (batches) => {
        const prices = new Map<string, KnownPrice>();
        const money = new Map<string, CountedMoney>();
        const sums = new Map<string, string>();
        let waiting: MoneyChange[] = [];
        let seq = 0;
        const add = (key: string, amount: string) => sums.set(key, sumOf([sums.get(key) ?? "0", amount]));
        for (const batch of batches) {
          for (const step of batch) if (step.price) prices.set(step.id, step.price);
          const at = new Date(0);
          const changes = [
            ...waiting,
            ...batch.map((one) => ({ ...one, seq: (seq += 1), subscriptionId: one.id, at })),
          ];
          const counted = countChanges({ changes, prices, money, customers: new Map() });
          waiting = changes.filter((one) => counted.waiting.includes(one.seq));
          for (const [id, one] of counted.money) if (one) money.set(id, one);
          for (const [id, one] of counted.money) if (one === null) money.delete(id);
          for (const { kind, amount, offerId, planId, channel, currency } of counted.movements) {
            add([offerId, planId, channel, currency].join(), amount);
            if (["new", "expansion", "reactivation"].includes(kind)) expect(Number(amount)).toBeGreaterThan(0);
            if (["contraction", "churn"].includes(kind)) expect(Number(amount)).toBeLessThan(0);
          }
        }
        const mrr = new Map<string, string>();
        for (const { offerId, planId, channel, currency, recurring, state } of money.values()) {
          if (!recurringStates.includes(state)) expect(recurring).toBe("0");
          const key = [offerId, planId, channel, currency].join();
          mrr.set(key, sumOf([mrr.get(key) ?? "0", recurring]));
        }
        const keys = [...new Set([...mrr.keys(), ...sums.keys()])];
        for (const key of keys) expect(difference(sums.get(key) ?? "0", mrr.get(key) ?? "0")).toBe("0");
      }),
      { numRuns: 500 },
    );
  });
});

test("a suspended or ending subscription recurs until it has ended", () => {
  const paid = { isFreeTrial: false, isTest: false, autoRenews: true };
  expect(moneyState({ ...paid, status: "Subscribed" })).toBe("recurring");
  expect(moneyState({ ...paid, status: "Subscribed", autoRenews: null })).toBe("recurring");
  expect(moneyState({ ...paid, status: "Subscribed", autoRenews: false })).toBe("ending");
  expect(moneyState({ ...paid, status: "Suspended", autoRenews: false })).toBe("suspended");
  expect(moneyState({ ...paid, status: "Unsubscribed" })).toBe("ended");
  expect(moneyState({ ...paid, status: "Suspended", isTest: true })).toBe("test");
});
