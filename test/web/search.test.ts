import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activityFilters, deliveryFilters, operationFilters, subscriptionFilters } from "../../shared/filters.ts";
import { parseSearch, readFilters, stringifySearch } from "../../web/url-search.ts";

describe("readFilters", () => {
  test("reads the URL with the types of the schema", () => {
    expect(
      readFilters(subscriptionFilters, parseSearch("?q=true&status=Suspended&hold=true&sort=name&order=asc")),
    ).toEqual({
      q: "true",
      status: "Suspended",
      hold: true,
      sort: "name",
      order: "asc",
    });
  });

  test("keeps digits as text", () => {
    expect(readFilters(subscriptionFilters, parseSearch("?q=0042"))).toEqual({ q: "0042" });
  });

  test("drops unknown names, empty values and values that the schema refuses", () => {
    expect(readFilters(subscriptionFilters, parseSearch("?q=&status=nonsense&hold=maybe&page=3&plan=gold"))).toEqual({
      plan: "gold",
    });
  });

  test("passes only valid values to procedures", () => {
    for (const schema of [subscriptionFilters, operationFilters, deliveryFilters, activityFilters]) {
      const names = fc.constantFrom(...Object.keys(schema.shape), "other");
      fc.assert(
        fc.property(fc.dictionary(names, fc.string()), (values) => {
          const read = readFilters(schema as typeof subscriptionFilters, parseSearch(stringifySearch(values)));
          expect(schema.safeParse(read).success).toBe(true);
        }),
      );
    }
  });
});

describe("stringifySearch", () => {
  test("writes values so that parseSearch reads them unchanged", () => {
    const values = { q: "a+b & c=d/ä", plan: "gold" };
    expect(parseSearch(stringifySearch(values))).toEqual(values);
  });

  test("writes nothing for missing and empty values", () => {
    expect(stringifySearch({ q: undefined, status: null, plan: "" })).toBe("");
  });
});
