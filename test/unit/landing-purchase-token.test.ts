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

  test("is found among other parameters, and the first one is used", () => {
    expect(at("?utm=1&token=one&token=two#part")).toBe("one");
  });

  test("is unchanged if it cannot be decoded", () => {
    expect(at("?token=%E0%A4%A")).toBe("%E0%A4%A");
  });

  test.each(["", "?", "?token=", "?token", "?tokens=a", "#?x=token=a"])("is missing in %j", (query) => {
    expect(at(query)).toBeNull();
  });
});
