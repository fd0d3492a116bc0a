import { describe, expect, test } from "vitest";
import type { CountsView } from "../../shared/views/subscriptions.ts";
import { matchingCount } from "../../web/pages/subscriptions/matching-count.ts";

const group = {
  offerId: "insight",
  planId: "team",
  status: "Subscribed",
  isOnHold: false,
  isFreeTrial: false,
} as const;
const counts: CountsView = {
  byStatus: { PendingFulfillmentStart: 0, Subscribed: 12, Suspended: 3, Unsubscribed: 0 },
  onHold: 2,
  total: 15,
  groups: [
    { ...group, subscriptions: 10, seats: 100 },
    { ...group, isOnHold: true, subscriptions: 2, seats: 20 },
    { ...group, planId: "business", status: "Suspended", isFreeTrial: true, subscriptions: 3, seats: 9 },
  ],
  testGroups: [{ ...group, offerId: "insight-preview", subscriptions: 4, seats: 4 }],
};

describe("totalOf", () => {
  test.each([
    [{}, 19],
    [{ test: false }, 15],
    [{ test: true }, 4],
    [{ status: "Subscribed", test: false }, 12],
    [{ status: "Subscribed", hold: true }, 2],
    [{ access: "suspended" }, 5],
    [{ plan: "business", offer: "insight", trial: true }, 3],
    [{ offer: "vault" }, 0],
    [{ sort: "name", order: "asc" }, 19],
  ] as const)("of %j is %d", (filters, total) => {
    expect(matchingCount(filters, counts)).toBe(total);
  });

  test("does not exist if the counts do not cover the filters", () => {
    expect(matchingCount({ q: "contoso" }, counts)).toBeUndefined();
    expect(matchingCount({ status: "Subscribed", tag: "vip" }, counts)).toBeUndefined();
    expect(matchingCount({}, undefined)).toBeUndefined();
  });
});
