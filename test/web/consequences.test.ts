import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import type { PriceView } from "../../shared/views/subscriptions.ts";
import {
  type PurchasedPlan,
  cancellationConsequences,
  planChangeConsequences,
  reinstatementConsequences,
  seatChangeConsequences,
  refundAfterCancellation,
  seatsStep,
} from "../../web/pages/subscription/consequences.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

const bought: PurchasedPlan = {
  status: "Subscribed",
  planName: "Team",
  quantity: 32,
  plan: {
    price: {
      words: "$20.00 per seat per month",
      money: { amount: "20", currency: "USD", isPerSeat: true },
      termUnit: "P1M",
      monthly: "20",
    },
  },
  isFreeTrial: false,
  isReseller: false,
  termUnit: "P1M",
  termEndsOn: dayFrom("2026-12-23"),
  purchasedAt: hoursAgo(3),
  hold: null,
};

describe("seatsStep", () => {
  test.each([
    [32, 47, "32 → 47 seats (+15)"],
    [5, 1, "5 → 1 seat (−4)"],
    [5, 5, "5 seats"],
    [null, 3, "3 seats"],
  ])("from %s to %s", (from, to, words) => {
    expect(seatsStep(from, to)).toBe(words);
  });
});

describe("a change of seats", () => {
  test("shows the step, the price of the difference, and the end of the current term", () => {
    const { happens, billing, notified } = seatChangeConsequences(bought, 47);
    expect(happens).toEqual(["Microsoft changes the number of seats: 32 → 47 seats (+15)."]);
    expect(billing[0]).toBe("15 more seats at $20.00 per seat per month.");
    expect(billing[1]).toBe("$640.00 → $940.00 per month.");
    expect(billing[2]).toMatch(/^Microsoft prorates the current term, which ends on .*2026, and bills the customer\.$/);
    expect(notified).toHaveLength(2);
    expect(seatChangeConsequences(bought, 31).billing[0]).toBe("1 fewer seat at $20.00 per seat per month.");
  });

  test("shows no amount without a price, and no bill during a trial", () => {
    for (const to of [Number.NaN, 0, 32, 1.5]) {
      expect(seatChangeConsequences(bought, to).happens).toEqual(["Microsoft changes the number of seats."]);
    }
    expect(seatChangeConsequences({ ...bought, isFreeTrial: true }, 40).billing).toContain(
      "Nothing is billed while the free trial runs.",
    );
  });
});

test("a change of plan shows both plans with their known prices", () => {
  expect(planChangeConsequences(bought, { name: "Business", price: null }).happens).toEqual([
    "Microsoft moves the subscription from Team ($20.00 per seat per month) to Business.",
  ]);
  expect(planChangeConsequences(bought, null).happens[0]).toContain("the selected plan");
  expect(planChangeConsequences(bought, null).billing).toEqual([
    "$640.00 per month.",
    "The change takes effect immediately. Microsoft prorates the bill for the current plan’s term.",
  ]);
});

test("a choice adds no lines, which would move what is chosen", () => {
  const plan = planChangeConsequences(bought, null);
  const chosen = planChangeConsequences(bought, { name: "Business", price: bought.plan?.price ?? null });
  const seats = seatChangeConsequences(bought, Number.NaN);
  const typed = seatChangeConsequences(bought, 47);
  expect(plan.happens).toEqual([
    "Microsoft moves the subscription from Team ($20.00 per seat per month) to the selected plan.",
  ]);
  expect([plan.happens.length, plan.billing.length]).toEqual([chosen.happens.length, chosen.billing.length]);
  expect(seats.billing.slice(0, 2)).toEqual(["$20.00 per seat per month.", "$640.00 per month."]);
  expect([seats.happens.length, seats.billing.length]).toEqual([typed.happens.length, typed.billing.length]);
});

test("a plan without a comparable price does not get the amount of the current plan", () => {
  const amount = (price: PriceView | null) => planChangeConsequences(bought, { name: "Business", price }).billing[0];
  const price = bought.plan?.price ?? null;
  expect(amount(null)).toBe("The monthly amount of Business is not known.");
  expect(amount(price && { ...price, monthly: null })).toBe("The monthly amount of Business is not known.");
  expect(
    amount(price && { ...price, money: { amount: "500", currency: "EUR", isPerSeat: false }, monthly: "500" }),
  ).toBe("€500.00 per month.");
});

describe("a change on a later day", () => {
  test("does not say that the current term is prorated", () => {
    const seats = (when: "day" | "termEnd") => seatChangeConsequences(bought, 47, when).billing.at(-1);
    const plan = (when: "day" | "termEnd") => planChangeConsequences(bought, null, when).billing.at(-1);
    expect(seats("day")).toBe("Microsoft prorates the term that is running on the chosen day and bills the customer.");
    expect(plan("day")).toMatch(/^The change takes effect on the chosen day\./);
    for (const words of [seats("termEnd"), plan("termEnd")]) {
      expect(words).toBe("The current term is billed as it is. The change applies to the term that follows.");
    }
  });
});

describe("the refund", () => {
  test("is complete within 72 hours of the purchase", () => {
    expect(refundAfterCancellation(bought, now)).toEqual({
      text: expect.stringMatching(/^Bought 3 h ago\. Full refund until .*28.*\.$/),
      short: expect.stringMatching(/^Full refund until .*28/),
      warning: null,
    });
    expect(refundAfterCancellation({ ...bought, purchasedAt: hoursAgo(71.9) }, now).text).toContain("Full refund");
    expect(refundAfterCancellation({ ...bought, purchasedAt: hoursAgo(0.5) }, now).text).toContain("Bought 30 min ago");
  });

  test("ends after 72 hours, when the customer pays for the whole term", () => {
    const { text, warning } = refundAfterCancellation({ ...bought, purchasedAt: hoursAgo(72) }, now);
    expect(text).toMatch(/^No refund: the 72-hour window closed on .* which ends on .*2026\.$/);
    expect(warning).toBeNull();
  });

  test.each([
    ["P1Y", "may refuse"],
    ["P12M", "may refuse"],
    ["P3Y", "only be canceled by Microsoft support"],
  ])("after 72 hours of a term of %s comes with a warning of what Microsoft may do", (termUnit, words) => {
    const old = { ...bought, termUnit, purchasedAt: hoursAgo(100) };
    expect(refundAfterCancellation(old, now).warning).toContain(words);
    expect(refundAfterCancellation({ ...old, purchasedAt: hoursAgo(10) }, now).warning).toBeNull();
    expect(refundAfterCancellation({ ...old, purchasedAt: null }, now).warning).toContain(words);
  });

  test("is not mentioned before the activation and during a trial", () => {
    expect(refundAfterCancellation({ ...bought, status: "PendingFulfillmentStart" }, now).text).toContain(
      "Nothing has been billed",
    );
    expect(refundAfterCancellation({ ...bought, isFreeTrial: true }, now).text).toContain("Nothing is billed");
  });
});

test("a cancellation mentions approval only if it is needed", () => {
  expect(cancellationConsequences(bought, now, true).happens[0]).toContain("colleague has to approve");
  expect(cancellationConsequences(bought, now, false).happens.join()).not.toContain("colleague has to approve");
});

const hold = { byName: "Omar Haddad", reason: "Shared sign-ins found" };

test("a reinstatement says who set the hold and why, and that it does not fix a failed payment", () => {
  expect(reinstatementConsequences({ ...bought, hold, status: "Suspended" }).happens.join(" ")).toContain(
    "when the customer has paid",
  );
  expect(reinstatementConsequences({ ...bought, hold }).happens).toEqual([
    "The access hold that Omar Haddad set is removed: “Shared sign-ins found”.",
    "Full access returns immediately.",
  ]);
});
