import { describe, expect, test } from "vitest";
import { readPurchaseToken } from "../../server/http/landing/read-purchase-token.ts";

const at = (query: string) => readPurchaseToken(`http://localhost:3000/landing${query}`);

describe("the purchase token of a landing address (case 1, probe 47)", () => {
  test("is decoded once", () => {
    expect(at("?token=ab%2Bcd%2Fef%3D%3D")).toBe("ab+cd/ef==");
  });

  test("keeps a plus sign that was not encoded", () => {
    expect(at("?token=ab+cd/ef==")).toBe("ab+cd/ef==");
  });

  test("gets its plus signs back if they were decoded to blanks", () => {
    expect(at("?token=ab%20cd%2Fef")).toBe("ab+cd/ef");
  });

  test("is the same when it was encoded twice on the way", () => {
    expect(at("?token=ab%252Bcd%252Fef%253D")).toBe("ab+cd/ef=");
  });

  test.each([
    "ab%25252Bcd%25252Fef%25253D",
    "%22ab%2Bcd%2Fef%3D%22",
    "ab%2Bcd%2Fef%3D%E2%80%8B",
    "%3Cab%2Bcd%2Fef%3D%3E",
  ])("is the same when it was encoded three times, or copied with quotes or invisible characters: %s", (damaged) => {
    expect(at(`?token=${damaged}`)).toBe("ab+cd/ef=");
  });

  test("is found by its name in any case, and behind an empty one", () => {
    expect(at("?Token=one")).toBe("one");
    expect(at("?token=&TOKEN=two")).toBe("two");
  });

  test("with nested escapes is read in linear time, and not decoded without end", () => {
    expect(at(`?token=${"%25".repeat(1_000)}`)).toBe("%".repeat(1_000));
    expect(at(`?token=%${"25".repeat(9)}2B`)).toBe(`%${"25".repeat(5)}2B`);
  });

  test("is found among other parameters, and the first one is used", () => {
    expect(at("?utm=1&token=one&token=two#part")).toBe("one");
  });

  test("is unchanged if it cannot be decoded", () => {
    expect(at("?token=%E0%A4%A")).toBe("%E0%A4%A");
  });

  test.each(["", "?", "?token=", "?token", "?tokens=a", "?token=%22%22", "#?x=token=a"])(
    "is missing in %j",
    (query) => {
      expect(at(query)).toBeNull();
    },
  );
});
