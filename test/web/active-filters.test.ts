import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { subscriptionFilters } from "../../shared/filters.ts";
import {
  activeMoreFilters,
  moreFilterNames,
  isFiltered,
  isSameView,
} from "../../web/components/subscription-filters/active-filters.ts";

describe("isFiltered", () => {
  test("ignores sorting and page", () => {
    expect(isFiltered({ sort: "name", order: "asc", cursor: "abc" })).toBe(false);
    expect(isFiltered({ trial: false })).toBe(true);
  });
});

describe("isSameView", () => {
  test("ignores the order and notation of filters", () => {
    expect(isSameView({ status: "Suspended", tag: "vip" }, { tag: "vip", status: "Suspended", q: undefined })).toBe(
      true,
    );
    expect(isSameView({ hold: true }, { hold: false })).toBe(false);
  });
});

describe("the filters beyond the common ones", () => {
  test("have a label for each filter of the panel", () => {
    const facets = { offers: [], tags: [], currencies: [], owners: [{ id: "a:b", name: "Olga" }] };
    const filters = {
      access: "suspended",
      endsFrom: dayFrom("2027-03-01"),
      endsTo: dayFrom("2027-03-31"),
      trial: false,
      renews: true,
      reseller: true,
      seatsFrom: 10,
      seatsTo: 1,
      tenant: "8f9a1b2c-0000-4000-8000-123456789abc",
      drift: true,
      tag: "vip",
      owner: "a:b",
      followUp: "due",
    } as const;
    expect(activeMoreFilters(filters, facets).map(({ label }) => label)).toEqual([
      "Access suspended",
      expect.stringMatching(/^(?:term end|purchased|activated|ended) from /),
      expect.stringMatching(/^(?:term end|purchased|activated|ended) until /),
      "no free trial",
      "auto-renews",
      "sold by a reseller",
      "at least 10 seats",
      "at most 1 seat",
      "tenant 8f9a1b2c…789abc",
      "recently out of sync",
      "tagged vip",
      "owned by Olga",
      "follow-up due",
    ]);
    expect(activeMoreFilters({ owner: "me" }, undefined)).toEqual([{ name: "owner", label: "mine" }]);
  });

  test("and the common ones are all filters", () => {
    const common = ["q", "status", "offer", "hold", "sort", "order", "cursor"];
    expect([...moreFilterNames, ...common].toSorted()).toEqual(Object.keys(subscriptionFilters.shape).toSorted());
  });
});
